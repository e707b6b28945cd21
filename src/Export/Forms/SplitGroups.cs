namespace Cluster.Export.Forms;

/// <summary>
/// Convolutions in groups as dense convolutions of parts of the channels: ONNX Runtime's integer kernel multiplies one small matrix for
/// each group (QLinearConv, <c>qlinearconv.cc</c>: <c>for group_id</c>), and its packed products want rows of 16. Exact: what is added are
/// products with zeros.
/// </summary>
internal static class SplitGroups
{
    /// <summary>Behind the names of nodes that divide the channels.</summary>
    public const string Parts = "/split";

    // Input channels of a part: from 16 to 40 whole networks take the same time within 3 %.
    private const int Width = 32;

    public static void Write(FormedValues file, FormEditor editor, GraphNode node, LayerForms forms)
    {
        if (file.Integer(node) is { Group: > 1, Columns: > 1 and <= Width, IsPlanar: true } layer)
        {
            Split(file, editor, layer, forms);
        }
    }

    private static void Split(FormedValues file, FormEditor editor, IntegerLayer layer, LayerForms forms)
    {
        var node = layer.Node;
        int rows = layer.Rows / layer.Group;
        int parts = Math.Max(1, (int)Math.Round(layer.Group / (double)Math.Max(1, Width / layer.Columns), MidpointRounding.AwayFromZero));
        int[] cuts = [.. Enumerable.Range(0, parts + 1).Select(part => (int)Math.Round(layer.Group * (double)part / parts))];
        var weights = cuts.Zip(cuts.Skip(1), (from, to) => layer.Weight.Placed(
            [.. Enumerable.Range(from * rows, (to - from) * rows)],
            (to - from) * layer.Columns,
            (row, column) => column / layer.Columns == row / rows ? column % layer.Columns : -1)).ToArray();
        var dense = node.Without("group");
        if (weights.Any(weight => LayerForms.BeginsToSaturate(node, layer.Weight, dense, weight))
            || file.Shape(node.Inputs[0]) is not { } input || file.Shape(node.Output) is not { } output)
        {
            return;
        }

        long[] sizes = [.. cuts.Zip(cuts.Skip(1), (from, to) => (long)(to - from) * layer.Columns)];
        string[] codes =
        [
            .. sizes.Select((size, part) => editor.Value(FormNames.PartOf(node.Name, part), [input[0], size, .. input[2..]])),
        ];
        var nodes = new List<GraphNode>();
        if (parts > 1)
        {
            nodes.Add(editor.Node("Split", node.Name + Parts, [layer.Input.Inputs[0], editor.Integers(node.Name + "/sizes", sizes)], "")
                with
            { Outputs = codes, Attributes = Attributes(("axis", 1)) });
        }

        var written = new List<string>();
        for (int part = 0; part < parts; part++)
        {
            int from = cuts[part] * rows, count = weights[part].Codes.Shape is [var all, ..] ? (int)all : 0;
            string name = parts > 1 ? FormNames.PartOf(node.Name, part) : node.Name;
            long[] shape = [output[0], count, .. output[2..]];
            string read = parts > 1 ? editor.Value(name + "_read", [input[0], sizes[part], .. input[2..]]) : node.Inputs[0];
            if (parts > 1)
            {
                nodes.Add(editor.Decode(layer.Input, codes[part], read));
            }

            string sum = parts > 1 ? editor.Value(name + "_sum", shape) : node.Output;
            nodes.AddRange(editor.Layer(
                dense with { Name = parts > 1 ? editor.Names.Node(name) : name, Outputs = [sum] },
                read,
                weights[part],
                layer.Bias?.Placed([.. Enumerable.Range(from, count)], 1, (_, _) => 0)));
            if (parts > 1)
            {
                written.Add(Round(editor, layer, nodes, name, sum, shape));
            }
        }

        if (parts > 1)
        {
            string joined = layer.Activation?.Output ?? node.Output;
            nodes.Add(editor.Node("Concat", node.Name + "/join", [.. written], joined) with { Attributes = Attributes(("axis", 1)) });
            if (layer.Activation is { } activation)
            {
                editor.Replace(activation);
            }
        }

        editor.Replace(node, [.. nodes]);
        forms.Add(
            node.Name,
            $"{layer.Group} groups, written as {(parts > 1 ? $"{parts} dense convolutions" : "one dense convolution")}");
    }

    // All parts have the scale of what is joined: bytes are copied.
    private static string Round(FormEditor editor, IntegerLayer layer, List<GraphNode> nodes, string name, string sum, long[] shape)
    {
        string value = sum;
        if (layer.Activation is { } activation)
        {
            value = editor.Value(name + "_activation", shape);
            nodes.Add(activation with
            {
                Name = editor.Names.Node(value),
                Inputs = [sum, .. activation.Inputs.Skip(1)],
                Outputs = [value],
            });
        }

        string codes = editor.Value(name + "_codes", shape), decoded = editor.Value(name + "_written", shape);
        nodes.Add(editor.Node("QuantizeLinear", codes, [value, .. layer.Output.Inputs.Skip(1)], codes));
        nodes.Add(editor.Decode(layer.Output, codes, decoded));
        return decoded;
    }

    private static Dictionary<string, AttributeValue> Attributes(params (string Name, long Value)[] values) =>
        values.ToDictionary(pair => pair.Name, pair => AttributeValue.Of(pair.Value), StringComparer.Ordinal);
}
