namespace Cluster.Glyphs.Strokes;

/// <summary>The sample's images, and as targets where their strokes are: what a network is to see through the noise.</summary>
internal sealed class StrokeGenerator(long seed) : IArraySamples
{
    private readonly GlyphGenerator _images = new(seed);

    public string Name => "strokes";

    /// <inheritdoc/>
    /// <remarks>Targets are shares of a pixel that a stroke covers, 0 to 1; both arrays are (count, 1, 24, 24).</remarks>
    public IReadOnlyList<(string Name, TensorData Array)> Draw(GlyphSet set, int first, int count)
    {
        byte[] bytes = new byte[count * GlyphGenerator.Pixels];
        float[] strokes = new float[bytes.Length];
        Parallel.For(0, count, i =>
        {
            int begin = i * GlyphGenerator.Pixels;
            _images.Draw(
                set, first + i, bytes.AsSpan(begin, GlyphGenerator.Pixels), strokes.AsSpan(begin, GlyphGenerator.Pixels));
        });
        float[] pixels = new float[bytes.Length];
        GlyphNetworkExport.Preprocess.Apply(bytes, pixels);
        long[] shape = [count, 1, GlyphGenerator.Size, GlyphGenerator.Size];
        return [(StrokeNetwork.Input, TensorData.FromFloats(shape, pixels)), ("targets", TensorData.FromFloats(shape, strokes))];
    }
}
