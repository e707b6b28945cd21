namespace Cluster.Kernels.Export.Forms;

/// <summary>
/// A network in FP32 in the forms that ONNX Runtime's kernels of FP32 run fast: the blocked layout of 16 channels takes convolutions in
/// groups only if each group fills its blocks, and none in one dimension (<c>nchwc_transformer.cc</c>). Equal up to last bits.
/// </summary>
internal static class FloatForms
{
    private const int Block = 16;

    /// <summary>Narrow groups joined to wider ones, of which each multiplies by zeros what belongs to another.</summary>
    public static FormedValues Join(FormedValues file, LayerForms forms)
    {
        var editor = new FormEditor(file);
        foreach (var node in file.Graph.Nodes.Where(node => node is { OpType: "Conv", Domain: "" }))
        {
            int groups = (int)node.GetInt("group", 1);
            if (groups == 1
                || file.Stored(node.Inputs[1]) is not { Type: ElementType.Float, Shape: [var rows, > 1 and < Block, _, _] shape } weight)
            {
                continue;
            }

            int columns = (int)shape[1], inner = (int)(shape[2] * shape[3]);
            int joined = Enumerable.Range(1, Block / columns).Last(count => groups % count == 0);
            if (joined == 1)
            {
                continue;
            }

            float[] wide = new float[rows * columns * joined * inner];
            for (int row = 0; row < rows; row++)
            {
                int place = row / (int)(rows / groups) % joined;
                weight.As<float>().Slice(row * columns * inner, columns * inner)
                    .CopyTo(wide.AsSpan(((row * columns * joined) + (place * columns)) * inner));
            }

            string name = editor.Constant(
                node.Inputs[1], TensorData.FromFloats([rows, columns * joined, shape[2], shape[3]], wide));
            editor.Replace(node, node.WithInput(1, name).With("group", AttributeValue.Of((long)(groups / joined))));
            forms.Add(node.Name, $"{groups} groups, written as {groups / joined}");
        }

        return editor.Apply();
    }

    /// <summary>Depthwise convolutions along one axis as ones of a picture of one row.</summary>
    public static FormedValues Raise(FormedValues file, LayerForms forms)
    {
        const long Axis = 2;
        var editor = new FormEditor(file);
        foreach (var node in file.Graph.Nodes.Where(node => node is { OpType: "Conv", Domain: "" }))
        {
            if (file.Stored(node.Inputs[1]) is not { Type: ElementType.Float, Shape: [> 1 and var rows, 1, var length] } weight
                || rows != node.GetInt("group", 1)
                || file.Shape(node.Inputs[0]) is not [var batch, _, var from] || file.Shape(node.Output) is not [_, _, var to]
                || node.GetText("auto_pad", "NOTSET") != "NOTSET")
            {
                continue;
            }

            string name = node.Name, axes = editor.Integers(name + "/axes", Axis);
            string rows2D = editor.Value(name + "/rows", batch, rows, 1, from), summed = editor.Value(name + "/summed", batch, rows, 1, to);
            string wide = editor.Constant(node.Inputs[1], weight.Reshaped([rows, 1, 1, length]));
            var pads = node.GetInts("pads") ?? [0, 0];
            var raised = node.WithInput(0, rows2D).WithInput(1, wide)
                .With("kernel_shape", AttributeValue.Of([1, length]))
                .With("pads", AttributeValue.Of([0, pads[0], 0, pads[1]]))
                .With("strides", AttributeValue.Of([1, .. node.GetInts("strides") ?? [1]]))
                .With("dilations", AttributeValue.Of([1, .. node.GetInts("dilations") ?? [1]])) with
            { Outputs = [summed] };
            editor.Replace(
                node,
                editor.Node("Unsqueeze", rows2D, [node.Inputs[0], axes], rows2D),
                raised,
                editor.Node("Squeeze", summed + "/line", [summed, axes], node.Output));
            forms.Add(name, "depthwise along one axis, written along two");
        }

        return editor.Apply();
    }
}
