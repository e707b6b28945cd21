namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Writes out kernel, strides, dilations, pads and groups of convolutions and poolings, so that later steps need no
/// defaults and no auto_pad.
/// </summary>
internal static class ExplicitWindows
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.OpType is "Conv" or "ConvTranspose" or "MaxPool" or "AveragePool"))
        {
            return graph;
        }

        IReadOnlyDictionary<string, long[]> shapes = ShapePropagation.Run(graph, 2).Shapes;
        return graph with { Nodes = [.. graph.Nodes.Select(node => Rewrite(node, shapes))] };
    }

    private static GraphNode Rewrite(GraphNode node, IReadOnlyDictionary<string, long[]> shapes)
    {
        bool convolution = node.OpType is "Conv" or "ConvTranspose";
        if ((!convolution && node.OpType is not ("MaxPool" or "AveragePool"))
            || !NativeOperators.HasForm(node) || shapes[node.Inputs[0]] is { Length: 0 } || shapes[node.Inputs[0]].Contains(-1))
        {
            return node;
        }

        long[] spatial = shapes[node.Inputs[0]][2..];
        var window = WindowGeometry.Of(node, convolution ? shapes[node.Inputs[1]][2..] : null, spatial);
        GraphNode result = node
            .With("kernel_shape", AttributeValue.Of(window.Kernel))
            .With("strides", AttributeValue.Of(window.Strides))
            .With("pads", AttributeValue.Of(window.Pads))
            .Without("auto_pad");

        // AveragePool has dilations since opset 19 only.
        if (node.OpType != "AveragePool" || node.GetInts("dilations") is not null)
        {
            result = result.With("dilations", AttributeValue.Of(window.Dilations));
        }

        if (node.GetText("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal))
        {
            result = result.Without("ceil_mode");
        }

        result = convolution ? result.With("group", AttributeValue.Of(node.GetInt("group", 1))) : result;
        bool oddAtEnd = node.GetText("auto_pad", "NOTSET") == "SAME_UPPER";
        return node.OpType == "ConvTranspose" ? Transposed(result, window, spatial, shapes[node.Output][2..], oddAtEnd) : result;
    }

    // Pads produce the stated output shape: all that is too much is cropped (the formula is in ONNX's page on ConvTranspose).
    private static GraphNode Transposed(GraphNode node, WindowGeometry window, long[] spatial, long[] output, bool oddAtEnd)
    {
        long[] extra = WindowGeometry.OutputPadding(node, window.Rank);
        GraphNode result = node.With("output_padding", AttributeValue.Of(extra));
        if (node.GetInts("output_shape") is null)
        {
            return result;
        }

        var pads = new long[2 * window.Rank];
        for (int i = 0; i < window.Rank; i++)
        {
            long total = (window.Strides[i] * (spatial[i] - 1)) + extra[i] + window.Reach(i) - output[i];
            if (total < 0)
            {
                throw node.Error(
                    $"states the output size {output[i]}, which is larger than its input can give; state output_padding instead.");
            }

            pads[i] = oddAtEnd ? total / 2 : total - (total / 2);
            pads[window.Rank + i] = total - pads[i];
        }

        return result.With("pads", AttributeValue.Of(pads)).Without("output_shape");
    }
}
