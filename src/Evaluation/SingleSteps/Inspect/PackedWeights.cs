namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>The weights that one MatMulNBits reads.</summary>
/// <param name="Node">The reader.</param>
/// <param name="Codes">Name of the constant with the codes.</param>
/// <param name="Shape">Shape of the float weights: (inputs, outputs).</param>
internal sealed record PackedWeights(GraphNode Node, string Codes, long[] Shape)
{
    // The default of the operator's definition.
    private const long UsualBits = 4;

    public int Bits => (int)Node.GetInt("bits", UsualBits);

    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <exception cref="KernelException">Attributes and codes do not fit together.</exception>
    public static PackedWeights Of(GraphNode node, ModelGraph graph)
    {
        string name = node.HasInput(1) ? node.Inputs[1] : string.Empty;
        if (!graph.Initializers.TryGetValue(name, out var codes))
        {
            throw Faulty(node, "computes its codes, where a constant is expected");
        }

        long bits = node.GetInt("bits", UsualBits);
        long block = node.GetInt("block_size", 0);
        if (bits is < 2 or > 8 || block is < 16 or > int.MaxValue)
        {
            throw Faulty(node, $"has codes of {bits} bits in blocks of {block}, where 2 to 8 bits in blocks of 16 and more are expected");
        }

        var (inputs, outputs) = (node.GetInt("K", 0), node.GetInt("N", 0));
        bool fits = inputs is > 0 and <= int.MaxValue
            && outputs is > 0 and <= int.MaxValue
            && (UInt128)outputs * (UInt128)((inputs + block - 1) / block * ((block * bits) / 8)) == (UInt128)codes.Bytes.Length;
        return fits
            ? Counted(new(node, name, [inputs, outputs]))
            : throw Faulty(node, $"has {codes.Bytes.Length} bytes of codes, which are not those of {inputs} x {outputs} weights");
    }

    /// <summary>The nodes that compute the same from float weights.</summary>
    public IEnumerable<GraphNode> Unpacked()
    {
        const int Bias = 5;
        string product = Node.HasInput(Bias) ? $"{Node.Output}/product" : Node.Output;
        yield return Float("MatMul", [Node.Inputs[0], Codes], product);
        if (Node.HasInput(Bias))
        {
            yield return Float("Add", [product, Node.Inputs[Bias]], Node.Output);
        }
    }

    private GraphNode Float(string type, string[] inputs, string output) =>
        new(type == "Add" ? $"{Node.Name}/bias" : Node.Name, type, inputs, [output]);

    // They are read as an array of floats.
    private static PackedWeights Counted(PackedWeights weights) => weights.Count <= Array.MaxLength / sizeof(float)
        ? weights
        : throw Faulty(weights.Node, $"has {weights.Count} weights, which are more than an array of floats holds");

    private static KernelException Faulty(GraphNode node, string what) =>
        new($"Node '{node.Name}' ({node.OpType}) {what}; the file is damaged, or of another version: write it again.");
}
