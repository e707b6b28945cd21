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

    /// <summary>Receives the memory of two tensors.</summary>
    public delegate void PairReader(float* first, float* second, int length);

    /// <summary>A tensor of the same shape and memory format, without gradient.</summary>
    public static Tensor Map(Tensor x, Mapper map) => Make(x, x.shape, DenseTensor.IsChannelsLast(x), (source, target, length) =>
        ForEachPiece(length, (first, count) => map(
            new ReadOnlySpan<float>(source + first, count), new Span<float>(target + first, count), first)));

    /// <summary>A new tensor of the given shape, filled from the memory of another one.</summary>
    /// <param name="channelsLast">Layout of the new tensor.</param>
    /// <param name="fill">Receives both memories, and the length of the second.</param>
    public static Tensor Make(Tensor x, long[] shape, bool channelsLast, PairReader fill)
    {
        Tensor? result = null;
        DenseTensor.Read(x, (values, _) =>
        {
            fixed (float* data = values)
            {
                float* source = data;
                result = DenseTensor.Create(shape, channelsLast, memory =>
                {
                    fixed (float* target = memory)
                    {
                        fill(source, target, memory.Length);
                    }
                });
            }
        });
        return result!;
    }

    /// <summary>
    /// A tensor like <paramref name="a"/> from two tensors of one shape, and the sum of the pieces' return values, in the order of the
    /// pieces.
    /// </summary>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public static (Tensor Result, double Sum) MapPair(Tensor a, Tensor b, PairMapper map)
    {
        Tensor? result = null;
        double total = 0;
        ReadPair(a, b, (first, second, length) =>
        {
            double[] sums = new double[PiecesOf(length)];
            result = DenseTensor.Create(a.shape, DenseTensor.IsChannelsLast(a), memory =>
            {
                fixed (float* data = memory)
                {
                    float* target = data;
                    ForEachPiece(length, (start, count) => sums[start / Piece] = map(
                        new ReadOnlySpan<float>(first + start, count),
                        new ReadOnlySpan<float>(second + start, count),
                        new Span<float>(target + start, count),
                        start));
                }
            });
            total = sums.Sum();
        });
        return (result!, total);
    }

    /// <summary>Gives access to two tensors of one shape, the second in the memory order of the first.</summary>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public static void ReadPair(Tensor a, Tensor b, PairReader read)
    {
        if (!a.shape.AsSpan().SequenceEqual(b.shape))
        {
            throw new KernelException(
                $"Two tensors of one shape were expected, [{string.Join(',', a.shape)}] and [{string.Join(',', b.shape)}] were given.");
        }

        DenseTensor.Read(a, (values, channelsLast) =>
        {
            fixed (float* data = values)
            {
                float* first = data;
                int length = values.Length;
                using var aligned = channelsLast ? TensorOps.ToChannelsLast(b) : b.contiguous();
                DenseTensor.Read(aligned, (others, _) =>
                {
                    fixed (float* second = others)
                    {
                        read(first, second, length);
                    }
                });
            }
        });
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
