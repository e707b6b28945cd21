namespace Cluster.Kernels.Quantization.RuntimeNodes;

/// <summary>Codes of a matrix (inputs, outputs), a scale for each output, as kernels that quantize in each run multiply them.</summary>
internal readonly record struct ColumnCodes(sbyte[] Codes, float[] Scales)
{
    /// <param name="isPairSafe">Whether no two neighbours may saturate, see <see cref="PairedCodes"/>.</param>
    /// <exception cref="KernelException">A weight is NaN or infinite.</exception>
    public static ColumnCodes Of(ReadOnlySpan<float> matrix, int inputs, int outputs, bool isPairSafe)
    {
        long[] shape = [inputs, outputs];
        var pairs = Pairs(inputs, outputs);
        float[] scales = ChannelScales.MaxAbs(matrix, shape, 1);
        scales = isPairSafe ? PairSafeWeights.Scales(matrix, pairs, scales) : scales;
        sbyte[] codes = WeightQuantizer.Quantize(matrix, shape, 1, scales);
        return new ColumnCodes(isPairSafe ? PairSafeWeights.Clip(codes, pairs) : codes, scales);
    }

    /// <summary>Neighbours along the reduction.</summary>
    public static PairedCodes Pairs(int inputs, int outputs) => new(outputs, inputs, 1, inputs, outputs);
}
