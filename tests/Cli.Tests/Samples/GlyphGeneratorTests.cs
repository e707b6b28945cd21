using System.Security.Cryptography;

namespace Cluster.Cli.Tests.Samples;

public sealed class GlyphGeneratorTests
{
    [Fact]
    public void Draw_KnownSeed_GivesTheBytesOfEverySystem()
    {
        byte[] pixels = Images(new GlyphGenerator(1), GlyphSet.Evaluation, 0, 128);

        // From a second implementation, in Python.
        Convert.ToHexStringLower(SHA256.HashData(pixels)).ShouldBe("979e1f8525dd0f98eabacc934cb4328161d47edc5f6ac66f9717a5a994c35d3c");
    }

    [Fact]
    public void Draw_AllSets_ShareNoImage()
    {
        var generator = new GlyphGenerator(1);
        const int Count = 1000;

        var distinct = Enum.GetValues<GlyphSet>()
            .SelectMany(
                set => Enumerable.Range(0, Count).Select(index => Convert.ToHexString(SHA256.HashData(Images(generator, set, index, 1)))))
            .ToHashSet(StringComparer.Ordinal);

        distinct.Count.ShouldBe(Count * Enum.GetValues<GlyphSet>().Length);
    }

    private static byte[] Images(GlyphGenerator generator, GlyphSet set, int start, int count)
    {
        byte[] pixels = new byte[count * GlyphGenerator.Pixels];
        for (int i = 0; i < count; i++)
        {
            generator.Draw(set, start + i, pixels.AsSpan(i * GlyphGenerator.Pixels, GlyphGenerator.Pixels));
        }

        return pixels;
    }
}
