using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Weights;

/// <summary>Finds the constants of a network that ONNX Runtime can read as codes.</summary>
internal static class WeightMatrices
{
    /// <summary>In execution order of their first reader; each is quantized for all its readers or not at all.</summary>
    public static IReadOnlyList<IWeightMatrix> Find(ModelGraph graph)
    {
        var products = WeightProducts.Find(graph).ToDictionary(product => product.Weight, StringComparer.Ordinal);
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var readers = graph.Readers();
        return
        [
            .. graph.Nodes
                .SelectMany(node => node.Inputs)
                .Where(graph.Initializers.ContainsKey)
                .Distinct(StringComparer.Ordinal)
                .Select(weight => products.TryGetValue(weight, out var product) ? product
                    : outputs.Contains(weight) ? null
                    : Of(weight, [.. readers[weight]], graph))
                .OfType<IWeightMatrix>(),
        ];
    }

    private static IWeightMatrix? Of(string weight, GraphNode[] readers, ModelGraph graph)
    {
        if (readers.All(node => WeightTable.IsReader(node, weight, graph)))
        {
            long[] shape = graph.Initializers[weight].Shape;
            return new WeightTable(weight, readers, checked((int)shape[0]), checked((int)shape[1]));
        }

        return readers is [var only] && RecurrentMatrix.IsReader(only, weight, graph) ? RecurrentMatrix.Of(only, weight, graph) : null;
    }
}
