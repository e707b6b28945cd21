namespace Cluster.Coordinator.Model;

/// <summary>The images of a set on which an accuracy is measured: all, or a seeded subset.</summary>
/// <param name="Count">Number of images, or null for all.</param>
/// <param name="Seed">The subset's seed, or null for all.</param>
public sealed record ImageScope(int? Count = null, long? Seed = null)
{
    /// <summary>All images.</summary>
    public static ImageScope Full { get; } = new();

    /// <summary>Whether all images are meant.</summary>
    [JsonIgnore]
    public bool IsFull => Count is null;

    /// <summary>A subset of <paramref name="count"/> images drawn without replacement.</summary>
    public static ImageScope Subset(int count, long seed) => new(count, seed);

    /// <summary>
    /// The indices of the images, ascending, in a set of <paramref name="total"/>. Evaluators take them from here, so that the bits of a
    /// subset's result can be paired with those of the full set.
    /// </summary>
    public int[] Indices(int total)
    {
        int[] all = [.. Enumerable.Range(0, total)];
        if (Count is not { } count || count >= total)
        {
            return all;
        }

        var random = new SplitMix64((ulong)(Seed ?? 0));
        for (var i = 0; i < count; i++)
        {
            var j = i + random.Below(total - i);
            (all[i], all[j]) = (all[j], all[i]);
        }

        int[] chosen = all[..count];
        Array.Sort(chosen);
        return chosen;
    }
}
