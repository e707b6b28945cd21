using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Weights;

/// <summary>A constant that can be written as codes, and the replacement of the nodes that read it.</summary>
internal interface IWeightMatrix
{
    /// <summary>Name of the constant.</summary>
    string Weight { get; }

    /// <summary>Its readers, in execution order.</summary>
    IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Rows of the constant in the form of <see cref="Rows"/>; a block is a part of a row.</summary>
    int Outputs { get; }

    /// <summary>Columns.</summary>
    int Inputs { get; }

    /// <summary>Tensors whose rows are multiplied with the matrix, for GPTQ; empty if there is nothing to adapt to.</summary>
    IReadOnlyList<string> Reads => [];

    /// <summary>The constant as (outputs, inputs).</summary>
    float[] Rows(TensorData constant) => constant.As<float>().ToArray();

    /// <summary>The constant in its own layout.</summary>
    /// <param name="rows">(outputs, inputs).</param>
    TensorData Constant(float[] rows);

    /// <summary>The constants that replace it.</summary>
    /// <param name="names">Names that are new to the file, here and below.</param>
    IEnumerable<(string Name, TensorData Value)> Constants(BlockCodes codes, NameSource names);

    /// <summary>Nodes that compute the constant from its codes, before all others; empty if its readers take codes.</summary>
    IEnumerable<GraphNode> Before(BlockCodes codes, NameSource names) => [];

    /// <summary>The nodes that replace a reader.</summary>
    IEnumerable<GraphNode> Replace(GraphNode node, BlockCodes codes, ActivationRounding activations, NameSource names);
}
