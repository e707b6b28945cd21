using System.Text.Json.Serialization;

namespace Cluster.Coordinator.Model;

/// <summary>Which images of a set an accuracy is measured on: all, or a seeded subset.</summary>
/// <param name="Count">Number of images, or null for all.</param>
/// <param name="Seed">The subset's seed, or null for all.</param>
/// <param name="Near">
/// Images that are certainly among them, as bits in base64, least significant bit first: those that tell most. The others are drawn from
/// the rest of the set, so that together they say what all would (<see cref="Statistics.StratifiedDrop"/>). Null: all are drawn.
/// </param>
public sealed record ImageScope(int? Count = null, long? Seed = null, string? Near = null)
{
    /// <summary>All images.</summary>
    public static ImageScope Full { get; } = new();

    /// <summary>Whether all images are meant.</summary>
    [JsonIgnore]
    public bool IsFull => Count is null;

    /// <summary>A subset of <paramref name="count"/> images drawn without replacement.</summary>
    public static ImageScope Subset(int count, long seed) => new(count, seed);

    /// <summary>Some images, and <paramref name="sampled"/> of the others, drawn without replacement.</summary>
    /// <param name="near">A bit an image of the set, least significant bit first.</param>
    public static ImageScope Telling(byte[] near, int sampled, long seed) =>
        new(near.Sum(bits => int.PopCount(bits)) + sampled, seed, Convert.ToBase64String(near));

    /// <summary>
    /// The indices of the images, ascending, in a set of <paramref name="total"/>. Evaluators take them from here, so that the bits of a
    /// subset's result can be paired with those of the full set.
    /// </summary>
    public int[] Indices(int total)
    {
        if (Count is not { } count || count >= total)
        {
            return [.. Enumerable.Range(0, total)];
        }

        var isNear = IsNear();
        int[] near = [.. Enumerable.Range(0, total).Where(isNear)];
        int[] rest = near.Length == 0 ? [.. Enumerable.Range(0, total)] : [.. Enumerable.Range(0, total).Where(index => !isNear(index))];
        var sampled = Math.Clamp(count - near.Length, 0, rest.Length);
        var random = new SplitMix64((ulong)(Seed ?? 0));
        for (var i = 0; i < sampled; i++)
        {
            var j = i + random.Below(rest.Length - i);
            (rest[i], rest[j]) = (rest[j], rest[i]);
        }

        int[] chosen = [.. near, .. rest.AsSpan(0, sampled)];
        Array.Sort(chosen);
        return chosen;
    }

    /// <summary>Whether an image, by index, is one of <see cref="Near"/>.</summary>
    internal Func<int, bool> IsNear()
    {
        var bits = Near is null ? [] : Convert.FromBase64String(Near);
        return index => index >> 3 < bits.Length && (bits[index >> 3] >> (index & 7) & 1) != 0;
    }
}
