namespace Cluster.Kernels.Data;

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
