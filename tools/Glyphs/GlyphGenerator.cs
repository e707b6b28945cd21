using System.Numerics;

namespace Cluster.Glyphs;

/// <summary>
/// Grey images of letters as a camera in poor light takes them: faint strokes, a few grey levels above a smoothly lit
/// background, some noise, and once in <see cref="HotEvery"/> frames a hot pixel or two. Such rare extremes stretch a
/// range taken from the largest value seen until the faint strokes have few codes left. Any seed and index give the
/// same bytes everywhere: only IEEE additions, multiplications, divisions and square roots are used, and no random
/// generator but our own.
/// </summary>
internal sealed class GlyphGenerator(long seed)
{
    /// <summary>Height and width.</summary>
    public const int Size = 24;

    public const int Pixels = Size * Size;

    /// <summary>One image in each run of this many has hot pixels.</summary>
    public const int HotEvery = 64;

    private const int Saturated = 255;

    private readonly ulong[] _images = Streams(seed, "image");
    private readonly ulong[] _hotPixels = Streams(seed, "hot");

    public static int Classes => GlyphShapes.Names.Length;

    /// <summary>Classes follow each other in turn, so that every slice of a set is balanced.</summary>
    public static int Label(int index) => index % Classes;

    /// <summary>Draws image <paramref name="index"/> of a set into <paramref name="pixels"/>, (24, 24). Thread-safe.</summary>
    public void Draw(GlyphSet set, int index, Span<byte> pixels) => Draw(set, index, pixels, []);

    /// <summary>The same, and the share of each pixel that a stroke covers.</summary>
    /// <param name="set">Which stream.</param>
    /// <param name="index">In it.</param>
    /// <param name="pixels">(24, 24).</param>
    /// <param name="strokes">(24, 24), or empty where it is not asked for.</param>
    public void Draw(GlyphSet set, int index, Span<byte> pixels, Span<float> strokes)
    {
        var random = Generator(_images[(int)set], index);
        Span<double> light = stackalloc double[Pixels];
        DrawBackground(random, light);
        DrawGlyph(random, Label(index), light, strokes);
        for (int i = 0; i < Pixels; i++)
        {
            // A sum of 64 fair bits is nearly normal, with standard deviation 4; no logarithm is needed that could differ between systems.
            double noise = (BitOperations.PopCount(random.Next()) - 32) * (GlyphLook.Noise / 4);
            pixels[i] = (byte)Math.Clamp(Math.Floor(light[i] + noise + .5), 0, Saturated);
        }

        if (HasHotPixels(set, index))
        {
            DrawHotPixels(random, pixels);
        }
    }

    /// <summary>Whether the image is the one of its run that has hot pixels.</summary>
    public bool HasHotPixels(GlyphSet set, int index) =>
        Generator(_hotPixels[(int)set], index / HotEvery).Below(HotEvery) == index % HotEvery;

    private static ulong[] Streams(long seed, string purpose) =>
        [.. Enum.GetValues<GlyphSet>().Select(set => (ulong)SplitMix64.Derive(seed, $"glyphs/{set}/{purpose}"))];

    // Through one output: states that differ by a small number would give sequences that overlap.
    private static SplitMix64 Generator(ulong stream, int index) => new(new SplitMix64(stream ^ (ulong)index).Next());

    private static void DrawBackground(SplitMix64 random, Span<double> light)
    {
        double level = Between(random, GlyphLook.Darkest, GlyphLook.Brightest);
        double right = Between(random, -GlyphLook.Gradient, GlyphLook.Gradient) / Size;
        double down = Between(random, -GlyphLook.Gradient, GlyphLook.Gradient) / Size;
        for (int i = 0; i < Pixels; i++)
        {
            light[i] = level + (right * ((i % Size) - (Size / 2))) + (down * ((i / Size) - (Size / 2)));
        }
    }

    private static void DrawGlyph(SplitMix64 random, int label, Span<double> light, Span<float> covered)
    {
        double u = Between(random, 0, 1);
        double contrast = GlyphLook.Faintest + ((GlyphLook.Strongest - GlyphLook.Faintest) * u * u * u);
        double halfWidth = Between(random, GlyphLook.Thinnest, GlyphLook.Thickest) / 2;
        var place = new GlyphPlacement(random);
        Span<GlyphShapes.Stroke> strokes = stackalloc GlyphShapes.Stroke[GlyphShapes.Of(label).Length];
        place.Apply(GlyphShapes.Of(label), strokes);
        for (int i = 0; i < Pixels; i++)
        {
            double nearest = double.MaxValue;
            foreach (var stroke in strokes)
            {
                nearest = Math.Min(nearest, stroke.SquaredDistance((i % Size) + .5, (i / Size) + .5));
            }

            // One pixel of ramp at the stroke's edge.
            double share = Math.Clamp(halfWidth + .5 - Math.Sqrt(nearest), 0, 1);
            light[i] += contrast * share;
            if (!covered.IsEmpty)
            {
                covered[i] = (float)share;
            }
        }
    }

    private static void DrawHotPixels(SplitMix64 random, Span<byte> pixels)
    {
        int count = 1 + random.Below(GlyphLook.MostHotPixels);
        for (int i = 0; i < count; i++)
        {
            pixels[random.Below(Pixels)] = Saturated;
        }
    }

    /// <summary>Uniform, from 53 random bits.</summary>
    internal static double Between(SplitMix64 random, double low, double high) =>
        low + ((high - low) * ((random.Next() >> 11) * (1.0 / (1L << 53))));
}
