using Cluster.Data.Arrays;

namespace Cluster.Glyphs;

/// <summary>Writes generated arrays as archives, which data specs of kind <c>npz:</c> read.</summary>
internal static class ArrayFiles
{
    public static string PathOf(string folder, IArraySamples samples, GlyphSet set) =>
        Path.Combine(folder, $"{samples.Name}-{set.ToString().ToLowerInvariant()}.npz");

    /// <summary>Writes the first <paramref name="count"/> samples of a set.</summary>
    public static void Write(string folder, IArraySamples samples, GlyphSet set, int count)
    {
        Directory.CreateDirectory(folder);
        NpzWriter.Write(PathOf(folder, samples, set), samples.Draw(set, 0, count));
    }
}
