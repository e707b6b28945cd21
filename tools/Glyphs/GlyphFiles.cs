namespace Cluster.Glyphs;

/// <summary>Writes generated images as IDX files, which data specs of kind <c>idx:</c> read.</summary>
internal static class GlyphFiles
{
    /// <summary>The image file of a set; its labels are beside it.</summary>
    public static string ImagesPath(string folder, GlyphSet set) =>
        Path.Combine(folder, $"glyphs-{set.ToString().ToLowerInvariant()}-images-idx3-ubyte");

    public static string LabelsPath(string folder, GlyphSet set) =>
        Path.Combine(folder, $"glyphs-{set.ToString().ToLowerInvariant()}-labels-idx1-ubyte");

    /// <summary>Writes the first <paramref name="count"/> images of a set and their labels.</summary>
    public static void Write(string folder, GlyphGenerator generator, GlyphSet set, int count)
    {
        Directory.CreateDirectory(folder);
        byte[] pixels = new byte[count * GlyphGenerator.Pixels];
        Parallel.For(0, count, index => generator.Draw(set, index, pixels.AsSpan(index * GlyphGenerator.Pixels, GlyphGenerator.Pixels)));
        byte[] labels = [.. Enumerable.Range(0, count).Select(index => (byte)GlyphGenerator.Label(index))];
        IdxWriter.WriteImages(ImagesPath(folder, set), pixels, 1, GlyphGenerator.Size, GlyphGenerator.Size, gzip: false);
        IdxWriter.WriteLabels(LabelsPath(folder, set), labels, gzip: false);
    }
}
