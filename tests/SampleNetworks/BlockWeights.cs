using Cluster.Kernels.Quantization.RuntimeNodes;

namespace Cluster.Tests;

/// <summary>Networks whose products by constants have weights in 4 bits, as groups in int4-block are written.</summary>
internal static class BlockWeights
{
    public static ModelGraph Of(ModelGraph graph)
    {
        var names = new NameSource(graph);
        var constants = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        foreach (var node in graph.Nodes)
        {
            if (node.OpType is not ("MatMul" or "Gemm") || !constants.TryGetValue(node.Inputs[1], out var weight))
            {
                nodes.Add(node);
                continue;
            }

            float[]? bias = node.HasInput(2) ? constants[node.Inputs[2]].As<float>().ToArray() : null;
            var product = BlockProduct.Of(node, weight, bias, names);
            nodes.Add(product.Node);
            foreach (var (name, value) in product.Constants)
            {
                constants[name] = value;
            }
        }

        return graph with { Nodes = nodes, Initializers = constants };
    }
}
