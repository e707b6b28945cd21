namespace Cluster.Export.Forms;

/// <summary>
/// Convolutions with channels in the multiples that ONNX Runtime's kernels take at a time (<see cref="ChannelRule"/>). The padding runs
/// through whatever computes channel by channel, and ends where weights are zero for it. Exact for layers of codes; a layer in float that
/// reads or writes such channels keeps them as they are.
/// </summary>
internal static class ChannelPadding
{
    public static FormedValues Apply(FormedValues file, ChannelRule rule, LayerForms forms)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            int before = kept.Count;
            var found = new LayerForms();
            var formed = Write(file, new ChannelPlan(file, rule, kept), found, kept);
            if (kept.Count == before)
            {
                foreach (var (layer, words) in found.Found)
                {
                    forms.Add(layer, words);
                }

                return formed;
            }
        }
    }

    // Inputs of layers that would begin to saturate are kept.
    private static FormedValues Write(FormedValues file, ChannelPlan plan, LayerForms forms, HashSet<string> kept)
    {
        var editor = new FormEditor(file);
        foreach (var node in file.Graph.Nodes)
        {
            if (node.OpType == "Conv")
            {
                Convolution(file, plan, editor, node, forms, kept);
            }
            else if (ChannelClasses.Product(file, node) is { } axis && plan.Of(node.Inputs[0]) is { } read)
            {
                Product(file, editor, node, axis, read);
            }
            else if (ChannelClasses.Slice(file, node) is { } slice && (plan.Of(node.Inputs[0]) ?? plan.Of(node.Output)) is not null)
            {
                Slice(file, plan, editor, node, slice);
            }
            else if (node.OpType == "Reshape" && plan.Of(node.Output) is { } layout)
            {
                Reshape(file, plan, editor, node, layout);
            }
        }

        foreach (var (value, layout) in plan.Padded)
        {
            long[] shape = [.. file.Shape(value)!];
            shape[1] = layout.Count;
            editor.Reshape(value, shape);
        }

        return editor.Apply();
    }

    private static void Convolution(
        FormedValues file, ChannelPlan plan, FormEditor editor, GraphNode node, LayerForms forms, HashSet<string> kept)
    {
        var (read, written) = (plan.Of(node.Inputs[0]), plan.Of(node.Output));
        if (read is null && written is null)
        {
            return;
        }

        var layer = file.Integer(node);
        bool isDense = node.GetInt("group", 1) == 1;
        long[] shape = (layer?.Weight.Codes ?? file.Stored(node.Inputs[1])!).Shape;
        var (rows, columns) = ((int)shape[0], (int)shape[1]);
        int[] newRows = (written ?? PaddedChannels.Plain(rows)).Channels();
        int[] newColumns = (isDense ? read ?? PaddedChannels.Plain(columns) : PaddedChannels.Plain(1)).Channels();
        var formed = isDense ? node : node.With("group", AttributeValue.Of((long)newRows.Length));
        if (layer is null)
        {
            editor.Replace(node, Floats(file, editor, formed, newRows, newColumns));
        }
        else
        {
            var weight = layer.Weight.Placed(newRows, newColumns.Length, (_, column) => newColumns[column]);
            if (LayerForms.BeginsToSaturate(node, layer.Weight, formed, weight))
            {
                kept.Add(node.Inputs[0]);
                return;
            }

            editor.Replace(node, editor.Layer(formed, node.Inputs[0], weight, layer.Bias?.Placed(newRows, 1, (_, _) => 0)));
        }

        forms.Add(node.Name, Words(isDense, (columns, newColumns.Length), (rows, newRows.Length)));
    }

    private static string Words(bool isDense, (int From, int To) read, (int From, int To) written) =>
        !isDense || read.From == read.To ? $"{written.From} channels, written as {written.To}"
        : written.From == written.To ? $"{read.From} input channels, written as {read.To}"
        : $"{read.From} to {written.From} channels, written as {read.To} to {written.To}";

    private static GraphNode[] Floats(FormedValues file, FormEditor editor, GraphNode node, int[] rows, int[] columns)
    {
        string weight = editor.Constant(node.Inputs[1], Placed(file.Stored(node.Inputs[1])!, rows, columns));
        string[] bias = node.HasInput(2) ? [editor.Constant(node.Inputs[2], Placed(file.Stored(node.Inputs[2])!, rows, [0]))] : [];
        return [node with { Inputs = [node.Inputs[0], weight, .. bias] }];
    }

    // Zeros beside the old rows and columns.
    private static TensorData Placed(TensorData weight, int[] rows, int[] columns) =>
        PlacedRows.Of(weight, rows, columns.Length, (_, column) => columns[column], _ => 0);

    // A matrix is (out, in) or (in, out).
    private static void Product(FormedValues file, FormEditor editor, GraphNode node, int axis, PaddedChannels read)
    {
        var coded = CodedWeight.Of(file, node.Inputs[1]);
        var weight = coded?.Codes ?? file.Stored(node.Inputs[1])!;
        int[] places = read.Channels(), whole = [.. Enumerable.Range(0, (int)weight.Shape[1 - axis])];
        var (rows, columns) = axis == 1 ? (whole, places) : (places, whole);
        if (coded is null)
        {
            editor.Replace(node, node.WithInput(1, editor.Constant(node.Inputs[1], Placed(weight, rows, columns))));
            return;
        }

        var decoded = editor.Decode(
            coded.Placed(rows, columns.Length, (_, column) => columns[column]), node.Name + "_weight");
        editor.Replace(node, decoded, node.WithInput(1, decoded.Output));
    }

    private static void Slice(
        FormedValues file, ChannelPlan plan, FormEditor editor, GraphNode node, (int Start, int Count) slice)
    {
        var source = plan.Of(node.Inputs[0]) ?? PaddedChannels.Plain(file.Channels(node.Inputs[0])!.Value);
        int width = plan.Of(node.Output)?.Count ?? slice.Count;
        int first = source.Range(slice.Start, slice.Count, width)!.Value.First;
        editor.Replace(node, node
            .WithInput(1, editor.Integers(node.Name + "/start", first))
            .WithInput(2, editor.Integers(node.Name + "/end", first + width)));
    }

    private static void Reshape(FormedValues file, ChannelPlan plan, FormEditor editor, GraphNode node, PaddedChannels layout)
    {
        long[] target = file.Stored(node.Input(1))!.Integers()!;
        if (plan.Shuffle(node.Output) is { } shuffle)
        {
            long[] apart = [.. file.Stored(shuffle.First.Input(1))!.Integers()!];
            (apart[1], apart[2]) = (shuffle.Groups, layout.Count / shuffle.Groups);
            editor.Replace(
                shuffle.First, shuffle.First.WithInput(1, editor.Integers(shuffle.First.Name + "/shape", apart)));
        }

        target[1] = layout.Count;
        editor.Replace(node, node.WithInput(1, editor.Integers(node.Name + "/shape", target)));
    }
}
