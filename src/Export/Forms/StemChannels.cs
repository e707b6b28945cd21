namespace Cluster.Export.Forms;

/// <summary>
/// First layers of one to three channels: ONNX Runtime's packed convolutions read four channels at a time (<c>convsym.cpp</c>: input
/// channels in fours), others are gathered byte by byte. A fourth channel holds the zero point. Kernels of 7×7 and more with stride 2 read
/// blocks of 2×2 pixels as channels. Exact: the new weights are zeros.
/// </summary>
internal static class StemChannels
{
    /// <summary>Behind the names of nodes that add channels.</summary>
    public const string Padded = "/padded";

    /// <summary>Behind the names of nodes that make pixels of a block channels.</summary>
    public const string InBlocks = "/blocks";

    private const int Channels = 4;
    private const int LeastOfBlocks = 7;

    public static void Write(FormedValues file, FormEditor editor, GraphNode node, LayerForms forms)
    {
        if (file.Integer(node) is { Group: 1, Columns: < Channels, IsPlanar: true } layer && !Blocks(file, editor, layer, forms))
        {
            Widen(file, editor, layer, forms);
        }
    }

    private static void Widen(FormedValues file, FormEditor editor, IntegerLayer layer, LayerForms forms)
    {
        // Channels that a layer computes are padded where they are computed.
        string codes = layer.Input.Inputs[0];
        if (file.Producer(codes) is not { OpType: "QuantizeLinear" } || ReachesLayer(file, codes)
            || file.Shape(codes) is not { Length: 4 } shape)
        {
            return;
        }

        var weight = layer.Weight.Placed(
            [.. Enumerable.Range(0, layer.Rows)], Channels, (_, column) => column < layer.Columns ? column : -1);
        if (LayerForms.BeginsToSaturate(layer.Node, layer.Weight, layer.Node, weight))
        {
            return;
        }

        string name = layer.Node.Name;
        long[] wide = [shape[0], Channels, .. shape[2..]];
        string padded = editor.Value(name + Padded, wide), read = editor.Value(name + "/read", wide);
        var decoded = editor.Decode(weight, name + "_weight");
        editor.Replace(
            layer.Node,
            editor.Node(
                "Pad",
                padded,
                [codes, editor.Integers(name + "/pads", 0, 0, 0, 0, 0, Channels - layer.Columns, 0, 0), layer.Input.Inputs[2]],
                padded),
            editor.Decode(layer.Input, padded, read),
            decoded,
            layer.Node with { Inputs = [read, decoded.Output, .. layer.Node.Inputs.Skip(2)] });
        forms.Add(name, $"{layer.Columns} input {(layer.Columns == 1 ? "channel" : "channels")}, written as {Channels}");
    }

    private static bool ReachesLayer(FormedValues file, string value)
    {
        while (file.Producer(value) is { } node)
        {
            if (node.OpType == "Conv")
            {
                return true;
            }

            value = node.Inputs.FirstOrDefault(input => input.Length > 0 && !file.IsConstant(input), string.Empty);
        }

        return false;
    }

    // On the float input: version 1.22 has no SpaceToDepth of bytes.
    private static bool Blocks(FormedValues file, FormEditor editor, IntegerLayer layer, LayerForms forms)
    {
        var node = layer.Node;
        string codes = layer.Input.Inputs[0];
        long[] kernel = layer.Weight.Codes.Shape[2..];
        if (kernel.Any(size => size < LeastOfBlocks) || !file.HasFixedSizes
            || node.GetInts("strides") is not [2, 2] || (node.GetInts("dilations") ?? []).Any(step => step != 1)
            || node.GetInts("pads") is not [var top, var left, _, _]
            || file.Producer(codes) is not { OpType: "QuantizeLinear" } rounding || !file.IsEnd(rounding.Inputs[0])
            || file.Shape(codes) is not [var batch, var channels, var height, var width] || height % 2 != 0 || width % 2 != 0
            || file.Shape(node.Output) is not [_, _, var rows, var columns])
        {
            return false;
        }

        var (tall, vertical) = BlockAxis.Of(kernel[0], top, height, rows);
        var (wide, horizontal) = BlockAxis.Of(kernel[1], left, width, columns);
        var weight = Unfolded(layer.Weight, vertical, horizontal, tall, wide);
        var formed = node.With("kernel_shape", AttributeValue.Of([tall, wide]))
            .With("strides", AttributeValue.Of([1L, 1L]))
            .With("pads", AttributeValue.Of([vertical.Before, horizontal.Before, vertical.After, horizontal.After]));
        if (vertical.After < 0 || horizontal.After < 0 || LayerForms.BeginsToSaturate(node, layer.Weight, formed, weight))
        {
            return false;
        }

        string name = node.Name;
        long[] shape = [batch, 4 * channels, height / 2, width / 2];
        string blocks = editor.Value(name + InBlocks, shape);
        string rounded = editor.Value(name + "/codes", shape), read = editor.Value(name + "/read", shape);
        var decoded = editor.Decode(weight, name + "_weight");
        editor.Replace(
            node,
            editor.Node("SpaceToDepth", blocks, [rounding.Inputs[0]], blocks, ("blocksize", AttributeValue.Of(2L))),
            editor.Node("QuantizeLinear", rounded, [blocks, .. rounding.Inputs.Skip(1)], rounded),
            editor.Decode(layer.Input, rounded, read),
            decoded,
            formed with { Inputs = [read, decoded.Output, .. node.Inputs.Skip(2)] });
        forms.Add(name, $"{kernel[0]}×{kernel[1]} with stride 2, written as {tall}×{wide} over blocks of 2×2 pixels");
        return true;
    }

    // (O, C, h, w) to (O, 4C, H, W): channel (2i + j) C + c is pixel (i, j) of a block.
    private static CodedWeight Unfolded(CodedWeight weight, BlockAxis vertical, BlockAxis horizontal, long tall, long wide)
    {
        long[] shape = weight.Codes.Shape;
        var codes = weight.Codes.Bytes.Span;
        byte[] placed = new byte[shape[0] * 4 * shape[1] * tall * wide];
        for (int row = 0; row < shape[0]; row++)
        {
            var target = placed.AsSpan((int)(row * 4 * shape[1] * tall * wide), (int)(4 * shape[1] * tall * wide));
            target.Fill((byte)weight.Zero(row));
            for (int channel = 0; channel < shape[1]; channel++)
            {
                for (int y = 0; y < shape[2]; y++)
                {
                    for (int x = 0; x < shape[3]; x++)
                    {
                        long down = vertical.Offset + y, right = horizontal.Offset + x;
                        long into = ((2 * (down % 2)) + (right % 2)) * shape[1] + channel;
                        target[(int)((((into * tall) + (down / 2)) * wide) + (right / 2))] =
                            codes[(int)((((((row * shape[1]) + channel) * shape[2]) + y) * shape[3]) + x)];
                    }
                }
            }
        }

        return weight with { Codes = new TensorData(weight.Codes.Type, [shape[0], 4 * shape[1], tall, wide], placed) };
    }

    /// <summary>A window of stride 2 along one axis, in blocks of two pixels.</summary>
    /// <param name="Before">Blocks of padding before.</param>
    /// <param name="After">Blocks of padding after.</param>
    /// <param name="Offset">Zeros in front of the kernel.</param>
    private readonly record struct BlockAxis(long Before, long After, long Offset)
    {
        /// <param name="size">Of the kernel, in pixels.</param>
        /// <param name="pad">Pixels of padding before.</param>
        /// <param name="length">Pixels.</param>
        /// <param name="positions">Of the window.</param>
        public static (long Size, BlockAxis Axis) Of(long size, long pad, long length, long positions)
        {
            long before = (pad + 1) / 2;
            long offset = (2 * before) - pad;
            long blocks = (offset + size + 1) / 2;
            return (blocks, new BlockAxis(before, positions - 1 + blocks - before - (length / 2), offset));
        }
    }
}
