namespace Cluster.Kernels.SmoothQuant;

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

/// <summary>A constant matrix and the products whose weights it is: MatMul, or Gemm without factors.</summary>
/// <param name="Weight">Name of the constant.</param>
/// <param name="Nodes">In execution order.</param>
/// <param name="IsTransposed">Whether the constant is (outputs, inputs), as in a Gemm with transB; else (inputs, outputs).</param>
internal sealed record WeightProduct(string Weight, IReadOnlyList<GraphNode> Nodes, int Inputs, int Outputs, bool IsTransposed)
{
    /// <summary>The constant as (outputs, inputs).</summary>
    public float[] Rows(TensorData constant) =>
        IsTransposed ? constant.As<float>().ToArray() : Matrices.Transposed(constant.As<float>(), Inputs, Outputs);

    /// <summary>The constant in its own layout.</summary>
    /// <param name="rows">(outputs, inputs).</param>
    public TensorData Constant(float[] rows) => IsTransposed
        ? TensorData.FromFloats([Outputs, Inputs], rows)
        : TensorData.FromFloats([Inputs, Outputs], Matrices.Transposed(rows, Outputs, Inputs));
}

/// <summary>Finds the products by constant matrices that nothing else reads.</summary>
internal static class WeightProducts
{
    /// <summary>In execution order of their first node.</summary>
    public static IReadOnlyList<WeightProduct> Find(ModelGraph graph)
    {
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var readers = graph.Readers();
        return
        [
            .. graph.Nodes
                .Where(node => IsProduct(node, graph) && !outputs.Contains(node.Inputs[1]))
                .Select(node => node.Inputs[1])
                .Distinct(StringComparer.Ordinal)
                .Where(weight => readers[weight].All(node => IsProduct(node, graph) && node.Inputs[1] == weight))
                .Where(weight => readers[weight].Select(IsTransposed).Distinct().Count() == 1)
                .Select(weight => Of(weight, [.. readers[weight]], graph.Initializers[weight].Shape)),
        ];
    }

    private static WeightProduct Of(string weight, IReadOnlyList<GraphNode> nodes, long[] shape) => IsTransposed(nodes[0])
        ? new WeightProduct(weight, nodes, (int)shape[1], (int)shape[0], true)
        : new WeightProduct(weight, nodes, (int)shape[0], (int)shape[1], false);

    private static bool IsProduct(GraphNode node, ModelGraph graph) =>
        (node.OpType == "MatMul" || (node.OpType == "Gemm" && IsPlain(node)))
        && graph.Initializers.TryGetValue(node.Inputs[1], out var weight)
        && weight is { Type: ElementType.Float, Shape: [> 0, > 0] }
        && !graph.Initializers.ContainsKey(node.Inputs[0]);

    private static bool IsPlain(GraphNode node) =>
        node.GetInt("transA", 0) == 0 && node.GetFloat("alpha", 1) == 1 && (!node.HasInput(2) || node.GetFloat("beta", 1) == 1);

    private static bool IsTransposed(GraphNode node) => node.OpType == "Gemm" && node.GetInt("transB", 0) != 0;
}
