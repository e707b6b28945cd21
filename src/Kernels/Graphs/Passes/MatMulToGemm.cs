using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Passes;

/// <summary>Rewrites the MatMul of a matrix by a constant matrix as Gemm, which can take a bias.</summary>
internal static class MatMulToGemm
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.OpType == "MatMul"))
        {
            return graph;
        }

        IReadOnlyDictionary<string, long[]> shapes = ShapePropagation.Run(graph, 1).Shapes;
        return graph with
        {
            Nodes = [.. graph.Nodes.Select(node => node.OpType == "MatMul"
                && graph.Initializers.GetValueOrDefault(node.Inputs[1]) is { Type: ElementType.Float, Shape.Length: 2 }
                && shapes[node.Inputs[0]].Length == 2
                    ? node with { OpType = "Gemm" }
                    : node)],
        };
    }
}
