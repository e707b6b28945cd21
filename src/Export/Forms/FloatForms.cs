namespace Cluster.Export.Forms;

/// <summary>
/// A network in FP32 in the forms that ONNX Runtime's kernels of FP32 run fast: the blocked layout of 16 channels takes convolutions in
/// groups only if each group fills its blocks, and none in one dimension (<c>nchwc_transformer.cc</c>). Equal up to last bits.
/// </summary>
internal static class FloatForms
{
    private const int Block = 16;

    /// <summary>Narrow groups joined to wider ones, of which each multiplies by zeros what belongs to another.</summary>
    public static void Join(FormedValues file, FormEditor editor, GraphNode node, LayerForms forms)
    {
        if (node is not { OpType: "Conv", Domain: "" })
        {
            return;
        }

        int groups = (int)node.GetInt("group", 1);
        if (groups == 1
            || file.Stored(node.Inputs[1]) is not { Type: ElementType.Float, Shape: [var rows, > 1 and < Block, _, _] shape } weight)
        {
            return;
        }

        int columns = (int)shape[1];
        int joined = Enumerable.Range(1, Block / columns).Last(count => groups % count == 0);
        if (joined == 1)
        {
            return;
        }

        int each = (int)rows / groups;
        string name = editor.Constant(node.Inputs[1], PlacedRows.Of(
            weight,
            [.. Enumerable.Range(0, (int)rows)],
            columns * joined,
            (row, column) => column / columns == row / each % joined ? column % columns : -1,
            _ => 0));
        editor.Replace(node, node.WithInput(1, name).With("group", AttributeValue.Of((long)(groups / joined))));
        forms.Add(node.Name, $"{groups} groups, written as {groups / joined}");
    }

    /// <summary>Depthwise convolutions along one axis as ones of a picture of one row.</summary>
    public static void Raise(FormedValues file, FormEditor editor, GraphNode node, LayerForms forms)
    {
        const long Axis = 2;
        if (node is not { OpType: "Conv", Domain: "" })
        {
            return;
        }

        if (file.Stored(node.Inputs[1]) is not { Type: ElementType.Float, Shape: [> 1 and var rows, 1, var length] } weight
            || rows != node.GetInt("group", 1)
            || file.Shape(node.Inputs[0]) is not [var batch, _, var from] || file.Shape(node.Output) is not [_, _, var to]
            || node.GetText("auto_pad", "NOTSET") != "NOTSET")
        {
            return;
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
}
