namespace Cluster.Kernels.Runtimes;

/// <summary>
/// Declared shape of an input or output: sizes, -1 where unknown, and the names of unknown ones ("N"), "" without name.
/// </summary>
internal sealed record OrtShape(long[] Sizes, string[] Symbols)
{
    public static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            if (size < 0)
            {
                throw new KernelException($"A tensor's shape is {Text(shape)}: every dimension must be 0 or more.");
            }

            count = checked(count * size);
        }

        return count;
    }

    public static string Text(ReadOnlySpan<long> shape)
        => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>
    /// This shape for an actual input shape: a dimension of unknown size is the input's of the same name.
    /// Null when a dimension stays unknown; then only a run can tell.
    /// </summary>
    public long[]? Resolve(OrtShape input, ReadOnlySpan<long> actual)
    {
        if (actual.Length != input.Sizes.Length)
        {
            return null;
        }

        long[] resolved = (long[])Sizes.Clone();
        for (int i = 0; i < resolved.Length; i++)
        {
            if (resolved[i] >= 0)
            {
                continue;
            }

            int source = Symbols[i].Length == 0 ? -1 : Array.IndexOf(input.Symbols, Symbols[i]);
            if (source < 0)
            {
                return null;
            }

            resolved[i] = actual[source];
        }

        return resolved;
    }
}
