namespace Cluster.Export.Forms;

/// <summary>
/// HardSigmoid between codes without float, in which ONNX Runtime computes it: the sum with a constant, whose rounding to codes from 0 to
/// 255 is the function's clamp, read with another scale than it was rounded with. hard_sigmoid(x) = clamp(αx + β, 0, 1) is
/// α·(x + β/α) at scale s, or x + β/α at scale s/α. Exact where the largest code is at most 1 and each of the 256 codes rounds alike in
/// whatever order float32 computes the function and the sum: 0 has half a code (127.5) at s = 1/255.
/// </summary>
internal static class HardSigmoidSums
{
    public static void Write(FormedValues file, FormEditor editor, GraphNode node, LayerForms forms)
    {
        if (node is not { OpType: "HardSigmoid", Domain: "" })
        {
            return;
        }

        if (file.Decoding(node.Inputs[0]) is not { } input || file.Encoding(node.Output) is not { } rounding
            || file.Shape(node.Output) is not { } shape)
        {
            return;
        }

        float slope = node.GetFloat("alpha", 0.2f), shift = node.GetFloat("beta", 0.5f);
        float read = file.Stored(input.Inputs[1])!.As<float>()[0], written = file.Stored(rounding.Inputs[1])!.As<float>()[0];
        int zero = file.Stored(input.Inputs[2])!.As<byte>()[0];
        bool clamps = slope > 0 && shift > 0 && file.Stored(rounding.Inputs[2])!.As<byte>()[0] == 0
            && byte.MaxValue * (double)written <= 1 + 1e-6;
        float addend = (float)((double)shift / slope / byte.MaxValue), sumScale = (float)((double)written / slope);
        if (!clamps || !Enumerable.Range(0, 256).All(code =>
            OneCodeFunctions.IsDecided(((slope * (double)read * (code - zero)) + shift) / written)
            || RoundsAlike(code, zero, (slope, shift, read, written), (addend, sumScale))))
        {
            return;
        }

        string name = node.Name;
        string constant = editor.Value(name + "/shift"), sum = editor.Value(name + "/sum", shape);
        editor.Replace(
            node,
            editor.Node(
                "DequantizeLinear",
                constant,
                [
                    editor.Constant(name + "/shift_code", TensorData.FromUInt8([], [byte.MaxValue])),
                    editor.Constant(name + "/shift_scale", TensorData.FromFloats([], [addend])),
                    editor.Constant(name + "/shift_zero", TensorData.FromUInt8([], [0])),
                ],
                constant),
            editor.Node("Add", name, [node.Inputs[0], constant], sum) with { Name = name });
        editor.Replace(
            rounding,
            rounding with
            {
                Inputs =
                [
                    sum,
                    editor.Constant(name + "/sum_scale", TensorData.FromFloats([], [sumScale])),
                    rounding.Inputs[2],
                ],
            });
        forms.Add(name, "hard sigmoid, written as a sum that saturates");
    }

    // QLinearAdd (MLAS, qladd.cpp) adds both products to the rest, in an order that depends on the processor.
    private static bool RoundsAlike(
        int code, int zero, (float Slope, float Shift, float Read, float Written) plain, (float Addend, float Scale) sum)
    {
        float number = (code - zero) * plain.Read;
        float share = plain.Read / sum.Scale, constant = sum.Addend / sum.Scale * byte.MaxValue, rest = -(share * zero);
        ReadOnlySpan<float> found =
        [
            Math.Clamp((plain.Slope * number) + plain.Shift, 0, 1) / plain.Written,
            Math.Clamp(MathF.FusedMultiplyAdd(plain.Slope, number, plain.Shift), 0, 1) / plain.Written,
            MathF.FusedMultiplyAdd(code, share, rest + constant),
            MathF.FusedMultiplyAdd(code, share, rest) + constant,
            (code * share) + rest + constant,
        ];
        float first = Rounded(found[0]);
        foreach (float one in found)
        {
            if (Rounded(one) != first)
            {
                return false;
            }
        }

        return true;
    }

    private static float Rounded(float codes) => Math.Clamp(MathF.Round(codes, MidpointRounding.ToEven), 0, byte.MaxValue);
}
