using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// Counts the bins of a batch, image by image while an image is in the cache. Four tables take turns: after a ReLU every second value falls
/// into one bin, and a single counter would wait for itself. They hold 16 bits, so that the part in use stays in the nearest cache.
/// </summary>
internal sealed class BinTally
{
    private const int Turn = 4;
    private const int Bins = 2 * ActivationHistogram.BinsPerSide;

    // Not a multiple of a page: counters of one bin would share a cache set.
    private const int Stride = Bins + 96;
    private const int Limit = Turn * ushort.MaxValue;

    [ThreadStatic]
    private static BinTally? _own;

    private readonly ushort[] _tables = new ushort[Turn * Stride];

    // Positive bins, then negative ones: what the tables no longer hold.
    private readonly long[] _counts = new long[Bins];
    private readonly int[] _indices = new int[BinIndices.Block];
    private int _pending;
    private bool _signed;

    /// <summary>As of <see cref="ActivationHistogram.Exponent"/>.</summary>
    public int Exponent { get; private set; }

    /// <summary>This thread's, empty again.</summary>
    /// <param name="exponent">To begin with.</param>
    public static BinTally Start(int exponent)
    {
        var tally = _own ??= new BinTally();
        if (tally._pending > 0)
        {
            // A batch before it failed.
            Array.Clear(tally._tables);
        }

        Array.Clear(tally._counts);
        (tally._pending, tally._signed, tally.Exponent) = (0, false, exponent);
        return tally;
    }

    /// <summary>Counts every value, zeros in bin 0.</summary>
    /// <param name="exponent">2^exponent exceeds every magnitude.</param>
    /// <param name="signed">Whether there may be negative values.</param>
    public void Add(ReadOnlySpan<float> values, int exponent, bool signed)
    {
        if (exponent > Exponent)
        {
            Flush();
            ActivationHistogram.FoldInPlace(_counts.AsSpan(0, Bins / 2), exponent - Exponent);
            ActivationHistogram.FoldInPlace(_counts.AsSpan(Bins / 2), exponent - Exponent);
            Exponent = exponent;
        }

        _signed |= signed;
        float scale = BinIndices.Scale(Exponent);
        while (!values.IsEmpty)
        {
            int filled = BinIndices.Fill(values, _indices, scale);
            Count(_indices.AsSpan(0, filled));
            values = values[filled..];
        }
    }

    /// <summary>Adds what was counted.</summary>
    /// <param name="counts">Positive bins; negative ones behind them where there were negative values.</param>
    public void AddTo(Span<long> counts)
    {
        Flush();
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] += _counts[i];
        }
    }

    private void Count(ReadOnlySpan<int> indices)
    {
        if (_pending + indices.Length + Turn > Limit)
        {
            Flush();
        }

        // A last turn that is not whole is counted as if it were; its values, too, go to a table each.
        _pending += indices.Length + Turn;
        ref int next = ref MemoryMarshal.GetReference(indices);
        ref ushort first = ref MemoryMarshal.GetArrayDataReference(_tables);
        ref ushort second = ref Unsafe.Add(ref first, Stride);
        ref ushort third = ref Unsafe.Add(ref second, Stride);
        ref ushort fourth = ref Unsafe.Add(ref third, Stride);
        int i = 0;
        for (; i + Turn <= indices.Length; i += Turn)
        {
            Unsafe.Add(ref first, (nuint)(uint)next)++;
            Unsafe.Add(ref second, (nuint)(uint)Unsafe.Add(ref next, 1))++;
            Unsafe.Add(ref third, (nuint)(uint)Unsafe.Add(ref next, 2))++;
            Unsafe.Add(ref fourth, (nuint)(uint)Unsafe.Add(ref next, 3))++;
            next = ref Unsafe.Add(ref next, Turn);
        }

        for (; i < indices.Length; i++)
        {
            _tables[indices[i] + (i % Turn * Stride)]++;
        }
    }

    private void Flush()
    {
        if (_pending == 0)
        {
            return;
        }

        int used = _signed ? Bins : Bins / 2;
        var wide = MemoryMarshal.Cast<long, Vector<long>>(_counts.AsSpan(0, used));
        for (int table = 0; table < Turn; table++)
        {
            var own = _tables.AsSpan(table * Stride, used);
            var narrow = MemoryMarshal.Cast<ushort, Vector<ushort>>(own);
            for (int i = 0; i < narrow.Length; i++)
            {
                Vector.Widen(narrow[i], out var low, out var high);
                Vector.Widen(low, out var first, out var second);
                Vector.Widen(high, out var third, out var fourth);
                wide[4 * i] += Vector.AsVectorInt64(first);
                wide[(4 * i) + 1] += Vector.AsVectorInt64(second);
                wide[(4 * i) + 2] += Vector.AsVectorInt64(third);
                wide[(4 * i) + 3] += Vector.AsVectorInt64(fourth);
            }

            own.Clear();
        }

        _pending = 0;
    }
}
