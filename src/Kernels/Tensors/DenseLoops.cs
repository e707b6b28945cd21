using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Loops over the memory of float32 tensors on the processor, in pieces of a fixed size that
/// <see cref="TorchSettings.Threads"/> threads share: what is added up a piece is the same for any number of threads.
/// </summary>
internal static unsafe class DenseLoops
{
    /// <summary>Elements of a piece; the last one may have fewer.</summary>
    public const int Piece = 1 << 15;

    /// <summary>Computes one piece.</summary>
    /// <param name="start">Place of its first element in the tensor's memory.</param>
    public delegate void Mapper(ReadOnlySpan<float> source, Span<float> target, int start);

    /// <summary>Reads the memory of two tensors in the same order.</summary>
    public delegate void PairReader(float* first, float* second, int length);

    /// <summary>A tensor of the same shape and memory format, without gradient.</summary>
    public static Tensor Map(Tensor x, Mapper map)
    {
        Tensor? result = null;
        DenseTensor.Read(x, (values, channelsLast) =>
        {
            fixed (float* data = values)
            {
                float* source = data;
                result = DenseTensor.Create(x.shape, channelsLast, memory =>
                {
                    fixed (float* start = memory)
                    {
                        float* target = start;
                        ForEachPiece(memory.Length, (first, length) => map(
                            new ReadOnlySpan<float>(source + first, length), new Span<float>(target + first, length), first));
                    }
                });
            }
        });
        return result!;
    }

    /// <summary>Shows two tensors of one shape, the second in the memory order of the first.</summary>
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
