using System.Numerics;
using System.Numerics.Tensors;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// Counts the bins of a batch, one block at a time while the block is in the L1 cache. Counters hold 16 bits, so that those in use fit
/// there too. Where neighbours often share a bin, four tables take turns: a single counter would wait for its own last increment.
/// </summary>
internal sealed class BinTally
{
    private const int Turn = 4;
    private const int Bins = 2 * ActivationHistogram.BinsPerSide;

    // Not a multiple of a page: counters of one bin would share a cache set.
    private const int Stride = Bins + 96;

    // Of neighbouring pairs, one in Sampled is examined; at most one in Equal of these may be equal.
    private const int Sampled = 16;
    private const int Equal = 8;

    [ThreadStatic]
    private static BinTally? _own;

    private readonly ushort[] _tables = new ushort[Turn * Stride];

    // Positive bins, then negative ones: counts carried over from the tables.
    private readonly long[] _counts = new long[Bins];
    private readonly int[] _indices = new int[BinScan.Room];
    private long _zeros;
    private int _pending;
    private bool _signed;

    /// <summary>The current exponent, as in <see cref="ActivationHistogram.Exponent"/>.</summary>
    public int Exponent { get; private set; }

    /// <summary>Returns this thread's tally, emptied.</summary>
    /// <param name="exponent">The exponent to start with.</param>
    public static BinTally Start(int exponent)
    {
        var tally = _own ??= new BinTally();
        if (tally._pending > 0)
        {
            // An earlier batch failed.
            Array.Clear(tally._tables);
        }

        Array.Clear(tally._counts);
        (tally._pending, tally._zeros, tally._signed, tally.Exponent) = (0, 0, false, exponent);
        return tally;
    }

    /// <summary>Counts every value except zeros.</summary>
    /// <returns>What was seen. It stops after the first block with NaN or infinity; the tally is then unusable.</returns>
    public ValueScan Add(ReadOnlySpan<float> values)
    {
        var all = ValueScan.Empty;
        while (!values.IsEmpty)
        {
            var block = values[..Math.Min(values.Length, BinScan.Block)];
            int filled = BinScan.Fill(block, _indices, BinIndices.Scale(Exponent), out var scan);
            all = all.With(scan);
            if (!all.IsFinite)
            {
                break;
            }

            if (scan.Exponent > Exponent)
            {
                Grow(scan.Exponent);
                filled = BinScan.Fill(block, _indices, BinIndices.Scale(Exponent), out _);
            }

            _signed |= scan.Minimum < 0;
            _zeros += filled - (block.Length - scan.Zeros);
            Count(_indices.AsSpan(0, filled));
            values = values[block.Length..];
        }

        return all;
    }

    /// <summary>Adds the counts to <paramref name="counts"/>.</summary>
    /// <param name="counts">Positive bins, followed by negative ones if there were negative values.</param>
    public void AddTo(Span<long> counts)
    {
        Flush();
        TensorPrimitives.Add(counts, _counts.AsSpan(0, counts.Length), counts);
        counts[0] -= _zeros;
    }

    // Tables that do not take turns are the same table.
    private void Count(ReadOnlySpan<int> indices)
    {
        if (_pending + indices.Length > ushort.MaxValue)
        {
            Flush();
        }

        _pending += indices.Length;
        nuint stride = NeighboursMeet(indices) ? (nuint)Stride : 0;
        ref int next = ref MemoryMarshal.GetReference(indices);
        ref ushort first = ref MemoryMarshal.GetArrayDataReference(_tables);
        ref ushort second = ref Unsafe.Add(ref first, stride);
        ref ushort third = ref Unsafe.Add(ref second, stride);
        ref ushort fourth = ref Unsafe.Add(ref third, stride);
        int i = 0;
        for (; i + Turn <= indices.Length; i += Turn)
        {
            Unsafe.Add(ref first, (nuint)(uint)next)++;
            Unsafe.Add(ref second, (nuint)(uint)Unsafe.Add(ref next, 1))++;
            Unsafe.Add(ref third, (nuint)(uint)Unsafe.Add(ref next, 2))++;
            Unsafe.Add(ref fourth, (nuint)(uint)Unsafe.Add(ref next, 3))++;
            next = ref Unsafe.Add(ref next, Turn);
        }

        foreach (int index in indices[i..])
        {
            _tables[index]++;
        }
    }

    private static bool NeighboursMeet(ReadOnlySpan<int> indices)
    {
        int equal = 0;
        for (int i = 1; i < indices.Length; i += Sampled)
        {
            equal += indices[i] == indices[i - 1] ? 1 : 0;
        }

        return equal * Sampled * Equal > indices.Length;
    }

    private void Grow(int exponent)
    {
        Flush();
        ActivationHistogram.FoldInPlace(_counts.AsSpan(0, Bins / 2), exponent - Exponent);
        ActivationHistogram.FoldInPlace(_counts.AsSpan(Bins / 2), exponent - Exponent);
        Exponent = exponent;
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
