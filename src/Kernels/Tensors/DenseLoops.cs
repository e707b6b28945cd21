using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Loops over the memory of float32 tensors on the processor, in pieces of a fixed size that <see cref="TorchSettings.Threads"/> threads
/// share: the sums per piece are the same for any number of threads.
/// </summary>
internal static unsafe class DenseLoops
{
    /// <summary>Elements of a piece; the last one may have fewer.</summary>
    public const int Piece = 1 << 15;

    /// <summary>Computes one piece.</summary>
    /// <param name="start">Index of its first element in the tensor's memory.</param>
    public delegate void Mapper(ReadOnlySpan<float> source, Span<float> target, int start);

    /// <summary>Computes one piece from two.</summary>
    /// <param name="start">Index of its first element in the tensors' memory.</param>
    public delegate double PairMapper(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> target, int start);

    /// <summary>A tensor of the same shape and memory format, without gradient.</summary>
    public static Tensor Map(Tensor x, Mapper map)
    {
        using var source = new DenseMemory(x);
        var result = DenseTensor.Empty(x.shape, source.IsChannelsLast);
        using var target = new DenseMemory(result);
        float* from = source.First;
        float* to = target.First;
        ForEachPiece(source.Length, (start, count) => map(
            new ReadOnlySpan<float>(from + start, count), new Span<float>(to + start, count), start));
        return result;
    }

    /// <summary>
    /// A tensor like <paramref name="a"/> from two tensors of one shape, and the sum of the pieces' return values, in the order of the
    /// pieces.
    /// </summary>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public static (Tensor Result, double Sum) MapPair(Tensor a, Tensor b, PairMapper map)
    {
        using var first = new DenseMemory(a);
        using var second = first.Beside(b);
        var result = DenseTensor.Empty(a.shape, first.IsChannelsLast);
        using var target = new DenseMemory(result);
        float* one = first.First;
        float* other = second.First;
        float* to = target.First;
        double[] sums = new double[PiecesOf(first.Length)];
        ForEachPiece(first.Length, (start, count) => sums[start / Piece] = map(
            new ReadOnlySpan<float>(one + start, count),
            new ReadOnlySpan<float>(other + start, count),
            new Span<float>(to + start, count),
            start));
        return (result, sums.Sum());
    }

    /// <summary>Calls with the first element and the length of each piece.</summary>
    public static void ForEachPiece(int length, Action<int, int> body) => ForEachPiece(length, Piece, body);

    /// <summary>The same for pieces of another size.</summary>
    public static void ForEachPiece(int length, int size, Action<int, int> body)
    {
        int pieces = PiecesOf(length, size);
        int threads = pieces > 1 ? Math.Min(pieces, TorchSettings.Threads) : 1;
        if (threads > 1)
        {
            Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads }, Run);
            return;
        }

        for (int piece = 0; piece < pieces; piece++)
        {
            Run(piece);
        }

        void Run(int piece) => body(piece * size, Math.Min(size, length - (piece * size)));
    }

    /// <summary>How many pieces there are.</summary>
    public static int PiecesOf(int length) => PiecesOf(length, Piece);

    private static int PiecesOf(int length, int size) => (int)(((long)length + size - 1) / size);
}
