namespace Cluster.Export.Forms;

/// <summary>
/// AveragePool as a depthwise convolution of ones: QLinearAveragePool is the slowest of ONNX Runtime's integer kernels. Exact where
/// <see cref="OneCodeFunctions.IsDecided"/> holds for every sum that a window can have; other poolings stay.
/// </summary>
internal static class PoolingConvolutions
{
    public static void Write(FormedValues file, FormEditor editor, GraphNode node, LayerForms forms)
    {
        if (node is not { OpType: "AveragePool", Domain: "" })
        {
            return;
        }

        bool countsPads = node.GetInt("count_include_pad", 0) != 0 || (node.GetInts("pads") ?? []).All(pad => pad == 0);
        if (!countsPads || node.GetInt("ceil_mode", 0) != 0 || node.GetInts("kernel_shape") is not [var tall, var wide]
            || (node.GetInts("dilations") ?? []).Any(step => step != 1)
            || file.Decoding(node.Inputs[0]) is not { } input || file.Encoding(node.Output) is not { } rounding
            || file.Channels(node.Inputs[0]) is not { } channels)
        {
            return;
        }

        long window = tall * wide;
        float read = file.Stored(input.Inputs[1])!.As<float>()[0], written = file.Stored(rounding.Inputs[1])!.As<float>()[0];
        int zero = file.Stored(input.Inputs[2])!.As<byte>()[0], rounded = file.Stored(rounding.Inputs[2])!.As<byte>()[0];
        for (long sum = -zero * window; sum <= (byte.MaxValue - zero) * window; sum++)
        {
            if (!OneCodeFunctions.IsDecided((sum * (double)read / window / written) + rounded))
            {
                return;
            }
        }

        string name = node.Name;
        float share = 1f / window;
        var ones = new sbyte[channels * window];
        Array.Fill(ones, (sbyte)1);
        var weight = editor.Decode(
            new CodedWeight(
                editor.Node("DequantizeLinear", name, [], string.Empty),
                TensorData.FromInt8([channels, 1, tall, wide], ones),
                TensorData.FromFloats([], [share]),
                TensorData.FromInt8([], [0])),
            name + "_weight");
        editor.Replace(
            node,
            weight,
            node.Without("count_include_pad", "ceil_mode").With("group", AttributeValue.Of((long)channels)) with
            {
                OpType = "Conv",
                Inputs = [node.Inputs[0], weight.Output],
            });
        forms.Add(name, $"average over {tall}×{wide}, written as a depthwise convolution of ones");
    }
}
