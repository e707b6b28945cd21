namespace Cluster.Kernels.Quantization;

/// <summary>
/// The int8 codes of a weight that kernels of x86 without VNNI add in 16 bits: VPMADDUBSW multiplies two neighbouring uint8 activations
/// with two int8 weights and saturates the sum. Neighbours are codes 0 and 1, 2 and 3, ... of an output channel along the reduction:
/// positions of the kernel first, then input channels, which is how ONNX Runtime packs weights for its products (MLAS, QgemmU8S8) and its
/// symmetric convolutions (ConvSym, whose input channels are a multiple of four). Depthwise kernels widen each product.
/// </summary>
/// <param name="Channels">Output channels.</param>
/// <param name="Length">Codes per channel.</param>
/// <param name="ChannelStride">Elements from one channel to the next.</param>
/// <param name="Inner">Input channels that one position of the kernel reduces.</param>
/// <param name="InnerStride">Elements from one input channel to the next.</param>
/// <param name="IsOfBothOrders">
/// Whether the neighbours are also those of a file in fast forms, where an odd number of input channels is filled up at each position.
/// </param>
internal readonly record struct PairedCodes(
    int Channels, int Length, int ChannelStride, int Inner, int InnerStride, bool IsOfBothOrders = false)
{
    /// <summary>
    /// The largest sum of magnitudes of two neighbours of one sign: 255 · 128 = 32,640 fits 16 bits, 255 · 129 = 32,895 does not. Products
    /// of different signs cannot saturate.
    /// </summary>
    public const int Limit = 128;

    /// <summary>Pairs per channel. A last code without a neighbour forms none: alone it fits.</summary>
    public int Pairs => PlainPairs + (IsOfBothOrders && Inner % 2 != 0 ? Length / Inner * (Inner / 2) : 0);

    private int PlainPairs => Length / 2;

    /// <summary>The pairs of a weighted node; null if its kernel adds none.</summary>
    /// <param name="node">A Conv, ConvTranspose (<see cref="BlockConvolution"/>), Gemm or MatMul whose second input is a weight.</param>
    /// <param name="shape">Of the weight: (O, I / group, kernel...), (I, O, kernel) or a matrix.</param>
    public static PairedCodes? Of(GraphNode node, ReadOnlySpan<long> shape)
    {
        int rows = (int)shape[0];
        int columns = (int)shape[1];
        if (node.OpType == "Conv")
        {
            int positions = 1;
            foreach (long size in shape[2..])
            {
                positions *= (int)size;
            }

            bool isDepthwise = rows > 1 && columns == 1 && node.GetInt("group", 1) == rows;
            return isDepthwise ? null : new PairedCodes(rows, columns * positions, columns * positions, columns, positions);
        }

        if (node.OpType == "ConvTranspose")
        {
            // (I, O, kernel): BlockConvolution reduces the inputs of each position apart, and their number is even.
            int positions = (int)(shape[2] * shape[3]);
            return new PairedCodes(columns, rows * positions, positions, rows, columns * positions);
        }

        return node.OpType == "Gemm" && node.GetInt("transB", 0) != 0
            ? new PairedCodes(rows, columns, columns, columns, 1)
            : new PairedCodes(columns, rows, 1, rows, columns);
    }

    /// <summary>Whether a node's products may saturate with these codes, regardless of their form.</summary>
    public static bool Saturate(GraphNode node, ReadOnlySpan<long> shape, ReadOnlySpan<sbyte> codes) =>
        Of(node, shape) is { } pairs && !pairs.AreSafe(codes);

    /// <summary>How far the magnitudes of two neighbours exceed <see cref="Limit"/>; 0 if they do not.</summary>
    public static int Excess(int first, int second) => IsOneSign(first, second) ? Math.Max(0, Math.Abs(first + second) - Limit) : 0;

    /// <summary>Whether products of two neighbours with activations, which are not negative, have the same sign.</summary>
    public static bool IsOneSign(float first, float second) => (first < 0) == (second < 0);

    /// <summary>The positions of a pair's codes.</summary>
    public (int First, int Second) Pair(int channel, int pair)
    {
        int first = 2 * pair;
        if (pair >= PlainPairs)
        {
            var (position, inner) = Math.DivRem(pair - PlainPairs, Inner / 2);
            first = (position * Inner) + (2 * inner);
        }

        return (Offset(channel, first), Offset(channel, first + 1));
    }

    /// <summary>Whether no pair saturates, for any activations.</summary>
    public bool AreSafe(ReadOnlySpan<sbyte> codes)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int pair = 0; pair < Pairs; pair++)
            {
                var (first, second) = Pair(channel, pair);
                if (Excess(codes[first], codes[second]) > 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private int Offset(int channel, int place) => (channel * ChannelStride) + (place % Inner * InnerStride) + (place / Inner);
}
