namespace Cluster.Kernels.QuantizedNetworks;

/// <summary>
/// Learned numbers come from files; numbers that do not fit the network and the plan are refused here, before they are used.
/// </summary>
internal static class LearnedChecks
{
    /// <param name="bounds">Of an integer kernel's activation function. A range that ends a little beyond them makes the runtime (ONNX
    /// Runtime 1.30) refuse the file, one that ends far beyond costs the integer kernel; nothing is lost within.</param>
    public static QuantizationParameters Activation(
        string tensor, in QuantizationParameters parameters, int bits, ActivationBounds bounds)
    {
        int highest = (1 << bits) - 1;
        return parameters.Minimum == 0
            && parameters.Maximum == highest
            && parameters.ZeroPoint >= 0
            && parameters.ZeroPoint <= highest
            && IsScale(parameters.Scale)
            ? bounds.Contain(parameters)
            : throw new KernelException(
                $"The learned range of '{tensor}' has scale {parameters.Scale}, zero point {parameters.ZeroPoint} and codes "
                + $"{parameters.Minimum} to {parameters.Maximum}; "
                + $"the plan needs a positive scale and codes 0 to {highest}, so give the parameters that were learned for it.");
    }

    public static void Weights(GraphNode node, LearnedWeights weights, WeightBank bank, WeightForm form)
    {
        long[] shape = bank.Shape(node);
        int axis = WeightBank.OutputAxis(node);
        long count = shape.Aggregate(1L, (product, size) => product * size);
        if (weights.Codes.Length != count || weights.Scales.Length != shape[axis])
        {
            throw new KernelException(
                $"{weights.Codes.Length} codes with {weights.Scales.Length} scales were learned for '{node.Name}', which has "
                + $"{count} weights in {shape[axis]} channels; give parameters of this network.");
        }

        if (!weights.Scales.All(IsScale))
        {
            throw new KernelException(
                $"A learned weight scale of '{node.Name}' is {weights.Scales.First(scale => !IsScale(scale))}; scales are "
                + "positive and finite, so learn them again.");
        }

        if (form.IsPerTensor && weights.Scales.Distinct().Count() > 1)
        {
            throw new KernelException(
                $"{weights.Scales.Distinct().Count()} different scales were learned for '{node.Name}', whose weight has one for all "
                + "channels in the plan; give the parameters that were learned for this plan.");
        }

        // Zero is always among the codes: pruned and padded weights are exact.
        int span = ChannelLayout.Of(weights.Codes.Length, shape, axis).Ranges(weights.Codes).Max(range => range.High - range.Low);
        if (span >= 1 << form.Bits)
        {
            throw new KernelException(
                $"The learned codes of '{node.Name}' span {span + 1} values in a channel where the plan's {form.Bits} bits have "
                + $"{1 << form.Bits}; give the parameters that were learned for this plan.");
        }

        if (form.PairsOf(node, shape)?.AreSafe(weights.Codes) == false)
        {
            throw new KernelException(
                $"The learned codes of '{node.Name}' have neighbours that add up to more than {PairedCodes.Limit}, which saturate on "
                + "processors without VNNI, where the plan is for every x86; give the parameters that were learned for this plan.");
        }
    }

    public static void Bias(GraphNode node, float[] bias, int channels)
    {
        if (bias.Length != channels || !Array.TrueForAll(bias, float.IsFinite))
        {
            throw new KernelException(
                $"A bias of {bias.Length} numbers was learned for '{node.Name}', which needs {channels} finite ones; give "
                + "parameters of this network.");
        }
    }

    private static bool IsScale(float scale) => float.IsFinite(scale) && scale > 0;
}
