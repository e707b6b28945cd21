namespace Cluster.Data;

/// <summary>
/// Disjoint image indices for the two roles of one set. Each list is in random order, so that a prefix of it is a random sample. Give each
/// to <see cref="ImageSet.Select"/>.
/// </summary>
/// <param name="Calibration">Images for measuring ranges.</param>
/// <param name="Evaluation">Images that a search measures on.</param>
public sealed record DataSplit(IReadOnlyList<int> Calibration, IReadOnlyList<int> Evaluation)
{
    /// <summary>
    /// Splits <paramref name="count"/> images by a seeded permutation: the first <paramref name="calibrationCount"/> are for calibration,
    /// the others for evaluation. The same on every platform and version.
    /// </summary>
    /// <exception cref="KernelException">Fewer than one image would be left for calibration or evaluation.</exception>
    public static DataSplit Seeded(int count, long seed, int calibrationCount)
    {
        if (calibrationCount < 1 || calibrationCount >= count)
        {
            throw new KernelException(
                $"{count} images cannot be split into {calibrationCount} for calibration and at least one for evaluation; use fewer of "
                + "them or more images.");
        }

        int[] order = SeededPermutation.Of(count, seed);
        return new DataSplit(order[..calibrationCount], order[calibrationCount..]);
    }
}

/// <summary>
/// A permutation that depends on its length and seed only: Fisher–Yates from the last element down, driven by
/// <see cref="SplitMix64"/>.
/// </summary>
internal static class SeededPermutation
{
    public static int[] Of(int count, long seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        SplitMix64 random = new(unchecked((ulong)seed));
        for (int i = count - 1; i > 0; i--)
        {
            int j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
