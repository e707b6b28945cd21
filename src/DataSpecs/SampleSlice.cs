namespace Cluster.DataSpecs;

/// <summary>
/// A half-open range of samples, <c>@a..b</c>: a missing start is 0, a missing end is the end of the set, a negative
/// number counts from the end.
/// </summary>
public readonly record struct SampleSlice(int Start, int? End)
{
    /// <summary>Every sample.</summary>
    public static SampleSlice All => default;

    /// <summary>The sample indices [start, end) of a set of <paramref name="count"/> samples.</summary>
    /// <exception cref="DataSpecException">The slice is empty or reaches outside the set: clamping would silently measure on fewer images
    /// than requested.</exception>
    public (int Start, int End) Resolve(int count, string source)
    {
        long start = FromEnd(Start, count);
        long end = FromEnd(End ?? count, count);
        if (start < 0 || end < 0 || start > count || end > count)
        {
            throw Refused($"The slice {this} of '{source}' reaches outside of its {count} images; give a range within 0..{count}.");
        }

        return start < end
            ? ((int)start, (int)end)
            : throw Refused(
                $"The slice {this} of '{source}' is empty ({start}..{end} of {count} images); the first number must be below the second.");
    }

    /// <summary>The text form, <c>@a..b</c>; nothing for <see cref="All"/>.</summary>
    public override string ToString() => this == All ? string.Empty : $"@{Start}..{End}";

    // The number of images may be disclosed: it reveals no content.
    private static DataSpecException Refused(string message) => new(message) { WithoutContent = message };

    private static long FromEnd(int position, int count) => position < 0 ? (long)count + position : position;
}
