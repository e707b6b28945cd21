namespace Cluster.Kernels.Weights.Smoothing;

/// <summary>A tensor whose last axis can be scaled without an extra node: a normalization's output that only products read.</summary>
/// <param name="Value">The tensor.</param>
/// <param name="Constants">Its factors, and what is added to them: vectors of its channels.</param>
/// <param name="Readers">Products by constants, whose inputs are its channels.</param>
internal sealed record SmoothPoint(string Value, IReadOnlyList<string> Constants, IReadOnlyList<WeightProduct> Readers)
{
    public int Channels => Readers[0].Inputs;

    /// <summary>In execution order.</summary>
    public static IReadOnlyList<SmoothPoint> Find(ModelGraph graph)
    {
        var readers = graph.Readers();
        var producers = graph.Producers();
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var points = new List<SmoothPoint>();
        foreach (var group in WeightProducts.Find(graph).GroupBy(product => product.Nodes[0].Inputs[0], StringComparer.Ordinal))
        {
            string value = group.Key;
            WeightProduct[] products = [.. group];
            var nodes = products.SelectMany(product => product.Nodes).ToHashSet();
            if (!outputs.Contains(value)
                && nodes.All(node => node.Inputs[0] == value)
                && readers[value].All(nodes.Contains)
                && producers.TryGetValue(value, out var producer)
                && Constants(producer) is { } constants)
            {
                points.Add(new SmoothPoint(value, constants, products));
            }

            string[]? Constants(GraphNode node) => node.OpType switch
            {
                "LayerNormalization" when node.GetInt("axis", -1) == -1 && Present(node).All(IsVector) => [.. Present(node)],
                "Mul" => Vector(node) is { } gain ? [gain] : null,
                "Add" when Vector(node) is { } shift
                    && node.Inputs.First(name => name != shift) is var product
                    && readers[product].Count() == 1
                    && !outputs.Contains(product)
                    && producers.TryGetValue(product, out var multiply)
                    && multiply.OpType == "Mul"
                    && Vector(multiply) is { } gain => [gain, shift],
                _ => null,
            };

            static IEnumerable<string> Present(GraphNode node) => node.Inputs.Skip(1).Where(name => name.Length > 0);

            string? Vector(GraphNode node) => node.Inputs.Where(IsVector).ToArray() is [var one] ? one : null;

            // One number per channel, without other readers.
            bool IsVector(string name) => graph.Initializers.TryGetValue(name, out var constant)
                && constant.Type == ElementType.Float
                && constant.Count == products[0].Inputs
                && constant.Shape is [.., var last] && last == constant.Count
                && readers[name].Count() == 1;
        }

        return points;
    }
}
