namespace Cluster.Learning.Lsq;

/// <summary>
/// Which elements are quantized and which stay exact (QDrop, Wei et al., ICLR 2022): each position's draw is a function of the seed, so
/// that the parts of a batch have the mask of the whole.
/// </summary>
internal readonly struct DropMask
{
    private static readonly int Width = Vector512<float>.Count;

    private readonly uint _seed;
    private readonly uint _threshold;

    /// <param name="probability">Probability that an element is quantized.</param>
    public DropMask(double probability, ulong seed)
    {
        if (probability is not (>= 0 and <= 1))
        {
            throw new KernelException($"A probability must be from 0 to 1 but is {probability}.");
        }

        _seed = (uint)(((seed ^ (seed >> 31)) * 0x7fb5d329728ea185UL) >> 32);
        _threshold = (uint)Math.Min(probability * 4294967296.0, uint.MaxValue);
        IsFull = probability >= 1;
    }

    /// <summary>Whether every element is quantized.</summary>
    public bool IsFull { get; }

    /// <summary>All bits set for an element that is quantized, none for another.</summary>
    /// <param name="position">Position of the first of sixteen elements.</param>
    public Vector512<float> At(uint position)
    {
        if (IsFull)
        {
            return Vector512<float>.AllBitsSet;
        }

        var coins = Hash((Vector512.Create(position) + Vector512<uint>.Indices) ^ Vector512.Create(_seed));
        return Vector512.LessThan(coins, Vector512.Create(_threshold)).AsSingle();
    }

    /// <summary>The quantized values where the mask selects them, else the exact ones; the target may be either of them.</summary>
    /// <param name="position">Position of the first element.</param>
    public void Mix(ReadOnlySpan<float> quantized, ReadOnlySpan<float> exact, Span<float> target, uint position)
    {
        ref float one = ref MemoryMarshal.GetReference(quantized);
        ref float other = ref MemoryMarshal.GetReference(exact);
        ref float result = ref MemoryMarshal.GetReference(target);
        int i = 0;
        for (; i <= target.Length - Width; i += Width)
        {
            Vector512.ConditionalSelect(
                At(position + (uint)i), Vector512.LoadUnsafe(ref one, (nuint)i), Vector512.LoadUnsafe(ref other, (nuint)i))
                .StoreUnsafe(ref result, (nuint)i);
        }

        var last = At(position + (uint)i).AsInt32();
        for (int lane = 0; i < target.Length; i++, lane++)
        {
            target[i] = last[lane] != 0 ? quantized[i] : exact[i];
        }
    }

    // A 32-bit mix: lowbias32 of C. Wellons' "hash prospector".
    private static Vector512<uint> Hash(Vector512<uint> x)
    {
        x ^= x >>> 16;
        x *= Vector512.Create(0x7feb352du);
        x ^= x >>> 15;
        x *= Vector512.Create(0x846ca68bu);
        return x ^ (x >>> 16);
    }
}
