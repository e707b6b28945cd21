namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>Seeds that depend only on their purpose: an iteration can be repeated without the ones before it.</summary>
internal static class Seeds
{
    public static ulong Of(long seed, int block, int iteration, int purpose)
    {
        var root = new SplitMix64(unchecked((ulong)seed));
        var ofBlock = new SplitMix64(root.Next() ^ unchecked((ulong)block * 0x9E3779B97F4A7C15));
        var ofIteration = new SplitMix64(ofBlock.Next() ^ unchecked((ulong)iteration * 0xD1B54A32D192ED03));
        var use = new SplitMix64(ofIteration.Next() ^ unchecked((ulong)purpose * 0x8CB92BA72F3D8DD7));
        return use.Next();
    }

    /// <summary>Rows of one batch: with replacement as in QDrop, or without as in BRECQ.</summary>
    public static void Batch(ulong seed, int images, bool replace, Span<long> rows)
    {
        var random = new SplitMix64(seed);
        if (replace || rows.Length > images)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = random.Below(images);
            }

            return;
        }

        // Floyd's sample without replacement, then the order of drawing.
        var seen = new HashSet<long>();
        for (int i = 0; i < rows.Length; i++)
        {
            int limit = images - rows.Length + i;
            long row = random.Below(limit + 1);
            rows[i] = seen.Add(row) ? row : limit;
            seen.Add(rows[i]);
        }
    }
}
