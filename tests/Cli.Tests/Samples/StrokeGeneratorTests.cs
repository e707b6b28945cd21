using Cluster.Glyphs.Strokes;

namespace Cluster.Cli.Tests.Samples;

public sealed class StrokeGeneratorTests
{
    [Fact]
    public void Draw_Targets_AreWhereTheImagesAreBrighterThanTheirSurroundings()
    {
        var arrays = new StrokeGenerator(1).Draw(GlyphSet.Calibration, 0, 240);
        float[] images = arrays[0].Array.As<float>().ToArray();
        float[] strokes = arrays[1].Array.As<float>().ToArray();

        strokes.ShouldAllBe(share => share >= 0 && share <= 1);
        double[] contrasts = [.. images.Chunk(GlyphGenerator.Pixels).Zip(strokes.Chunk(GlyphGenerator.Pixels), Contrast)];

        // Strokes are 4.9 grey levels above the background in the mean (GlyphLook), in units of 5, and cover such pixels by 3/4.
        contrasts.Average().ShouldBe(0.75, 0.2);
    }

    [Fact]
    public void Draw_Images_AreThoseOfTheSample()
    {
        byte[] alone = new byte[GlyphGenerator.Pixels];
        new GlyphGenerator(4).Draw(GlyphSet.Test, 9, alone);
        float[] expected = new float[alone.Length];
        GlyphNetworkExport.Preprocess.Apply(alone, expected);

        new StrokeGenerator(4).Draw(GlyphSet.Test, 9, 1)[0].Array.As<float>().ToArray().ShouldBe(expected);
    }

    // Of pixels covered by more than half, less that of the others.
    private static double Contrast(float[] pixels, float[] strokes)
    {
        var pairs = pixels.Zip(strokes).ToArray();
        return pairs.Where(pair => pair.Second > 0.5).Average(pair => pair.First)
            - pairs.Where(pair => pair.Second == 0).Average(pair => pair.First);
    }
}
