namespace Cluster.Export;

/// <summary>
/// Moves the blocks of points that a <see cref="BlockConvolution"/> writes side by side into its channels to their places, on codes. The
/// moves are written in channels-last order, which ONNX Runtime's integer kernels have: it drops the first and the last Transpose against
/// its own, and copies the rows of blocks. Its DepthToSpace would take longer than the convolution.
/// </summary>
/// <param name="graph">Has the layers, and so the sizes that are the same in every run.</param>
internal sealed class BlockMoves(ModelGraph graph, NameSource names)
{
    /// <summary>The nodes, in execution order.</summary>
    /// <param name="layer">The ConvTranspose.</param>
    /// <param name="form">What is made of it.</param>
    /// <param name="blocks">What is read: codes (N, rows · columns of a block · C, H, W).</param>
    /// <param name="output">What is written: codes (N, C, H · rows, W · columns).</param>
    /// <param name="constants">Takes the constants of the nodes.</param>
    public IEnumerable<GraphNode> Of(
        GraphNode layer, BlockConvolution form, string blocks, string output, Dictionary<string, TensorData> constants)
    {
        var (rows, columns) = form.Block;
        string Name(string part) => names.Part(blocks, part);
        yield return Transpose(blocks, Name("_last"), [0, 2, 3, 1]);
        yield return Node("Reshape", [Name("_last"), Integers("_rows", 0, 0, 0, rows, columns * form.Outputs)], Name("_apart"));
        yield return Transpose(Name("_apart"), Name("_in_place"), [0, 1, 3, 2, 4]);
        var (first, second) = ShapePropagation.Pair(graph);
        long[] size = first.Shapes[layer.Output];
        if (size.AsSpan(2).SequenceEqual(second.Shapes[layer.Output].AsSpan(2)) && !size.Contains(-1))
        {
            Integers("_size", 0, size[2], size[3], form.Outputs);
        }
        else
        {
            yield return Node("Shape", [blocks], Name("_shape"));
            yield return Node("Slice", [Name("_shape"), Integers("_from", 2), Integers("_to", 4)], Name("_before"));
            yield return Node("Mul", [Name("_before"), Integers("_block", rows, columns)], Name("_after"));
            string[] parts = [Integers("_samples", 0), Name("_after"), Integers("_channels", form.Outputs)];
            yield return Node("Concat", parts, Name("_size"), ("axis", AttributeValue.Of(0L)));
        }

        yield return Node("Reshape", [Name("_in_place"), Name("_size")], Name("_whole"));
        yield return Transpose(Name("_whole"), output, [0, 3, 1, 2]);

        string Integers(string part, params long[] values)
        {
            constants[Name(part)] = TensorData.FromInt64([values.Length], values);
            return Name(part);
        }
    }

    private GraphNode Transpose(string input, string output, long[] order) => Node(
        "Transpose", [input], output, ("perm", AttributeValue.Of(order)));

    private GraphNode Node(string type, string[] inputs, string output, params (string Name, AttributeValue Value)[] attributes) =>
        new(names.Node(output), type, inputs, [output], attributes);
}
