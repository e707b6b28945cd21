namespace Cluster.Data;

/// <summary>
/// A seeded part of a set that keeps the shares of its labels, if it has any. An image's place is drawn from the seed and from its pixels
/// and label alone, so the order of a list does not matter: sorted or shuffled, it gives the same images in the same order.
/// </summary>
public static class StratifiedSubset
{
    /// <summary>At most <paramref name="count"/> images, in the order drawn: any prefix is a random sample.</summary>
    public static T Of<T>(T images, int count, long seed)
        where T : SampleSet => (T)images.Select(Positions(images, count, seed));

    /// <summary>All images in the order drawn, ending with those that <see cref="Of"/> gives for <paramref name="lastCount"/>.</summary>
    public static T WithLast<T>(T images, int lastCount, long seed)
        where T : SampleSet
    {
        var last = Positions(images, lastCount, seed);
        var chosen = last.ToHashSet();
        return (T)images.Select([.. Positions(images, images.Count, seed).Where(index => !chosen.Contains(index)), .. last]);
    }

    /// <summary>Positions in the set of the images that <see cref="Of"/> gives, in its order.</summary>
    /// <param name="count">At least 1; all images if there are fewer.</param>
    public static IReadOnlyList<int> Positions(SampleSet images, int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var drawn = Enumerable.Range(0, images.Count)
            .Select(index => (Index: index, Key: Key(images, index, seed), Label: images.HasLabels ? images.Label(index) : 0))
            .OrderBy(image => image.Key)
            .ThenBy(image => image.Label)
            .ToArray();
        if (count >= drawn.Length)
        {
            return [.. drawn.Select(image => image.Index)];
        }

        // Largest remainders (Hamilton's method). Labels with equal remainders are ordered by their first image in the drawn order.
        var strata = drawn.GroupBy(image => image.Label).Select(stratum =>
        {
            double share = (double)count * stratum.Count() / drawn.Length;
            return (stratum.Key, First: stratum.First().Key, Whole: (int)share, Remainder: share - Math.Floor(share));
        }).ToArray();
        int left = count - strata.Sum(stratum => stratum.Whole);
        var quotas = strata
            .OrderByDescending(stratum => stratum.Remainder)
            .ThenBy(stratum => stratum.First)
            .Select((stratum, rank) => (stratum.Key, Quota: stratum.Whole + (rank < left ? 1 : 0)))
            .ToDictionary(entry => entry.Key, entry => entry.Quota);
        return [.. drawn.Where(image => quotas[image.Label]-- > 0).Select(image => image.Index)];
    }

    private static UInt128 Key(SampleSet images, int index, long seed)
    {
        Span<byte> text = stackalloc byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(text, seed);
        BinaryPrimitives.WriteUInt128LittleEndian(text[8..], images.Hash(index));
        BinaryPrimitives.WriteInt32LittleEndian(text[24..], images.HasLabels ? images.Label(index) : -1);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
