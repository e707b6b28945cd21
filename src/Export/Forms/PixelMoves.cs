namespace Cluster.Export.Forms;

/// <summary>
/// Moves of pixels as moves of a layout with channels last: ONNX Runtime computes its convolutions of codes in that layout, so the
/// transposes that are written here meet its own and vanish; Resize and DepthToSpace have no kernel in it and force it back. Bytes are
/// moved, so it is exact.
/// </summary>
internal static class PixelMoves
{
    public static void Write(FormedValues file, FormEditor editor, GraphNode node, LayerForms forms)
    {
        if (!file.HasFixedSizes || node is not { OpType: "Resize" or "DepthToSpace", Domain: "" }
            || file.Decoding(node.Inputs[0]) is not { } input
            || file.Encoding(node.Output) is not { } rounding || !HasSameCodes(file, input, rounding)
            || file.Shape(node.Inputs[0]) is not [var batch, var channels, var height, var width]
            || file.Shape(node.Output) is not [var samples, var written, var tall, var wide])
        {
            return;
        }

        if (node.OpType == "DepthToSpace")
        {
            Unfold(editor, node, input, rounding, [channels, height, width], node.GetInt("blocksize", 0));
            forms.Add(node.Name, "depth to space, moved with channels last");
        }
        else if (samples == batch && written == channels
            && IsRepeated(file, node, height, tall) && IsRepeated(file, node, width, wide))
        {
            Repeat(editor, node, input, rounding, [channels, height, width], tall / height, wide / width);
            forms.Add(node.Name, "nearest neighbours, repeated with channels last");
        }
    }

    private static bool HasSameCodes(FormedValues file, GraphNode input, GraphNode rounding) =>
        file.Stored(input.Inputs[1])!.As<float>()[0] == file.Stored(rounding.Inputs[1])!.As<float>()[0]
        && file.Stored(input.Inputs[2])!.As<byte>()[0] == file.Stored(rounding.Inputs[2])!.As<byte>()[0];

    // Whether position i of the output is position i / factor of the input (ONNX operators, Resize).
    private static bool IsRepeated(FormedValues file, GraphNode node, long input, long output)
    {
        if (node.GetText("mode", "nearest") != "nearest" || output % input != 0)
        {
            return false;
        }

        long factor = output / input;
        bool halves = node.GetText("coordinate_transformation_mode", "half_pixel") is "half_pixel" or "pytorch_half_pixel";
        if ((!halves && node.GetText("coordinate_transformation_mode", "half_pixel") != "asymmetric")
            || (file.Stored(node.Input(2)) is { Type: ElementType.Float, Count: 4 } scales
                && !scales.As<float>().ToArray().All(scale => scale == MathF.Round(scale))))
        {
            return false;
        }

        return Enumerable.Range(0, (int)output).All(at =>
        {
            double from = halves ? ((at + 0.5) / factor) - 0.5 : at / (double)factor;
            double nearest = node.GetText("nearest_mode", "round_prefer_floor") switch
            {
                "floor" => Math.Floor(from),
                "ceil" => Math.Ceiling(from),
                "round_prefer_floor" => Math.Ceiling(from - 0.5),
                _ => Math.Floor(from + 0.5),
            };
            return Math.Clamp(nearest, 0, input - 1) == at / factor;
        });
    }

    private static void Repeat(
        FormEditor editor, GraphNode node, GraphNode input, GraphNode rounding, long[] size, long tall, long wide)
    {
        var (name, nodes) = (node.Name, new List<GraphNode>());
        string last = ChannelsLast(editor, nodes, name, input.Inputs[0]);
        string rows = Shaped(editor, nodes, name + "/rows", last, 0, size[1], 1, size[2], size[0]);
        string twice = Joined(editor, nodes, name + "/across", rows, axis: 4, wide);
        string all = Joined(editor, nodes, name + "/down", twice, axis: 2, tall);
        string shaped = Shaped(editor, nodes, name + "/shaped", all, 0, size[1] * tall, size[2] * wide, size[0]);
        Finish(editor, node, rounding, nodes, shaped);
    }

    // Depth is (i, j, c) for DCR and (c, i, j) for CRD.
    private static void Unfold(FormEditor editor, GraphNode node, GraphNode input, GraphNode rounding, long[] size, long block)
    {
        var (name, nodes) = (node.Name, new List<GraphNode>());
        long channels = size[0] / block / block;
        string last = ChannelsLast(editor, nodes, name, input.Inputs[0]);
        string blocks;
        if (node.GetText("mode", "DCR") == "CRD")
        {
            blocks = Shaped(editor, nodes, name + "/blocks", last, 0, size[1], size[2], channels, block, block);
            blocks = Transposed(editor, nodes, name + "/moved", blocks, 0, 1, 4, 2, 5, 3);
        }
        else
        {
            blocks = Shaped(editor, nodes, name + "/blocks", last, 0, size[1], size[2], block, block * channels);
            blocks = Transposed(editor, nodes, name + "/moved", blocks, 0, 1, 3, 2, 4);
        }

        string shaped = Shaped(editor, nodes, name + "/shaped", blocks, 0, size[1] * block, size[2] * block, channels);
        Finish(editor, node, rounding, nodes, shaped);
    }

    private static void Finish(FormEditor editor, GraphNode node, GraphNode rounding, List<GraphNode> nodes, string shaped)
    {
        nodes.Add(editor.Node("Transpose", node.Name, [shaped], rounding.Output, ("perm", AttributeValue.Of([0L, 3L, 1L, 2L])))
            with
        { Name = node.Name });
        editor.Replace(node, [.. nodes]);
        editor.Replace(rounding);
    }

    private static string ChannelsLast(FormEditor editor, List<GraphNode> nodes, string name, string codes) =>
        Transposed(editor, nodes, name + "/last", codes, 0, 2, 3, 1);

    private static string Transposed(FormEditor editor, List<GraphNode> nodes, string name, string value, params long[] order)
    {
        string output = editor.Names.Value(name);
        nodes.Add(editor.Node("Transpose", name, [value], output, ("perm", AttributeValue.Of(order))));
        return output;
    }

    private static string Shaped(FormEditor editor, List<GraphNode> nodes, string name, string value, params long[] shape)
    {
        string output = editor.Names.Value(name);
        nodes.Add(editor.Node("Reshape", name, [value, editor.Integers(name + "/shape", shape)], output));
        return output;
    }

    private static string Joined(FormEditor editor, List<GraphNode> nodes, string name, string value, long axis, long times)
    {
        if (times == 1)
        {
            return value;
        }

        string output = editor.Names.Value(name);
        nodes.Add(editor.Node(
            "Concat", name, [.. Enumerable.Repeat(value, (int)times)], output, ("axis", AttributeValue.Of(axis))));
        return output;
    }
}
