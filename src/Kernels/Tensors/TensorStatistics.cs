using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Statistics of float32 tensors. Sums are float64 and the same bits for any number of threads and any width of vectors.
/// </summary>
internal static unsafe class TensorStatistics
{
    // Lanes of a sum: always eight, on any processor.
    private static readonly int Lanes = Vector512<double>.Count;

    /// <summary>The sum over all other dimensions for each channel.</summary>
    /// <param name="x">(N, C, ...).</param>
    public static double[] ChannelSums(Tensor x)
    {
        int channels = (int)x.shape[1];
        double[] sums = new double[channels];
        using var memory = new DenseMemory(x);
        var values = memory.Values;
        // Runs of one channel, or of one element per channel.
        int run = memory.IsChannelsLast || values.IsEmpty ? 1 : values.Length / (channels * (int)x.shape[0]);
        for (int i = 0, channel = 0; i < values.Length; i += run, channel = channel + 1 == channels ? 0 : channel + 1)
        {
            sums[channel] += run == 1 ? values[i] : Sum(values.Slice(i, run));
        }

        return sums;
    }

    /// <summary>sum(a²) and sum((a - b)²): 10 log10 of their ratio is the SQNR of b in dB.</summary>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public static (double Signal, double Noise) SquaredError(Tensor a, Tensor b)
    {
        using var exact = new DenseMemory(a);
        using var found = exact.Beside(b);
        float* first = exact.First;
        float* second = found.First;
        var sums = new (double Signal, double Noise)[DenseLoops.PiecesOf(exact.Length)];
        DenseLoops.ForEachPiece(exact.Length, (start, count) => sums[start / DenseLoops.Piece] = SquaredError(
            new ReadOnlySpan<float>(first + start, count), new ReadOnlySpan<float>(second + start, count)));
        return (sums.Sum(piece => piece.Signal), sums.Sum(piece => piece.Noise));
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        var sums = Vector512<double>.Zero;
        ref float value = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            sums += Widen(Vector256.LoadUnsafe(ref value, (nuint)i));
        }

        return Total(sums + Rest(values[i..]));
    }

    private static (double Signal, double Noise) SquaredError(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var signals = Vector512<double>.Zero;
        var noises = Vector512<double>.Zero;
        ref float first = ref MemoryMarshal.GetReference(a);
        ref float second = ref MemoryMarshal.GetReference(b);
        int i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            var value = Widen(Vector256.LoadUnsafe(ref first, (nuint)i));
            var difference = value - Widen(Vector256.LoadUnsafe(ref second, (nuint)i));
            signals += value * value;
            noises += difference * difference;
        }

        var last = Rest(a[i..]);
        var lastDifference = last - Rest(b[i..]);
        return (Total(signals + (last * last)), Total(noises + (lastDifference * lastDifference)));
    }

    private static Vector512<double> Widen(Vector256<float> values)
    {
        var (low, high) = Vector256.Widen(values);
        return Vector512.Create(low, high);
    }

    // The last values, padded with zeros to a vector.
    private static Vector512<double> Rest(ReadOnlySpan<float> values)
    {
        Span<float> padded = stackalloc float[Lanes];
        padded.Clear();
        values.CopyTo(padded);
        return Widen(Vector256.Create<float>(padded));
    }

    private static double Total(Vector512<double> lanes)
    {
        double total = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            total += lanes[lane];
        }

        return total;
    }
}
