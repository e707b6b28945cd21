using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Weights;

/// <summary>A constant that can be written as codes, and what becomes of the nodes that read it.</summary>
internal interface IWeightMatrix
{
    /// <summary>Name of the constant.</summary>
    string Weight { get; }

    /// <summary>Its readers, in execution order.</summary>
    IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Rows of the constant as <see cref="Rows"/> has it; a block is a part of a row.</summary>
    int Outputs { get; }

    /// <summary>Columns.</summary>
    int Inputs { get; }

    /// <summary>Values whose rows the matrix is multiplied with, which GPTQ adapts it to; none where nothing is to be adapted.</summary>
    IReadOnlyList<string> Reads { get; }

    /// <summary>The constant as (outputs, inputs).</summary>
    float[] Rows(TensorData constant);

    /// <summary>The constant in its own layout.</summary>
    /// <param name="rows">(outputs, inputs).</param>
    TensorData Constant(float[] rows);

    /// <summary>What is written in its place.</summary>
    IEnumerable<(string Name, TensorData Value)> Constants(BlockCodes codes);

    /// <summary>Nodes that compute the constant from its codes, before all others; none where its readers take codes.</summary>
    IEnumerable<GraphNode> Before(BlockCodes codes);

    /// <summary>What a reader becomes.</summary>
    IEnumerable<GraphNode> Replace(GraphNode node, BlockCodes codes, ActivationRounding activations);
}
