using System.Numerics;

namespace Cluster.Glyphs.Scenes;

/// <summary>
/// Scenes of one to three letters, which stand apart, on a grey background with noise, and the box of each. Sizes are shares of the scene's
/// side; pixels are as a network takes them, 0 for the background and 1 for a stroke of ordinary contrast.
/// </summary>
internal sealed class SceneGenerator(long seed) : IArraySamples
{
    /// <summary>Height and width.</summary>
    public const int Size = 48;

    /// <summary>Numbers of a label: left, top, right, bottom and class.</summary>
    public const int LabelWidth = 5;

    /// <summary>Rows of labels a scene; those of fewer letters end in rows whose class is -1.</summary>
    public const int MostLetters = 3;

    private const int Window = GlyphGenerator.Size;
    private const double Faintest = 0.5;
    private const double Strongest = 1.5;
    private const double Noise = 0.12;

    // Places that are tried before a letter is left out.
    private const int Tries = 8;

    private readonly GlyphGenerator _letters = new(seed);
    private readonly ulong[] _streams = [.. Enum.GetValues<GlyphSet>().Select(set => (ulong)SplitMix64.Derive(seed, $"scenes/{set}"))];

    public string Name => "scenes";

    /// <inheritdoc/>
    /// <remarks>The arrays are <c>image</c>, (count, 1, 48, 48), and <c>boxes</c>, (count, 3, 5).</remarks>
    public IReadOnlyList<(string Name, TensorData Array)> Draw(GlyphSet set, int first, int count)
    {
        float[] pixels = new float[count * Size * Size];
        float[] boxes = new float[count * MostLetters * LabelWidth];
        Parallel.For(0, count, i => Draw(
            set,
            first + i,
            pixels.AsSpan(i * Size * Size, Size * Size),
            boxes.AsSpan(i * MostLetters * LabelWidth, MostLetters * LabelWidth)));
        return
        [
            (SceneNetwork.Input, TensorData.FromFloats([count, 1, Size, Size], pixels)),
            ("boxes", TensorData.FromFloats([count, MostLetters, LabelWidth], boxes)),
        ];
    }

    private void Draw(GlyphSet set, int index, Span<float> pixels, Span<float> boxes)
    {
        var random = new SplitMix64(new SplitMix64(_streams[(int)set] ^ (ulong)index).Next());
        for (int i = 0; i < pixels.Length; i++)
        {
            // As in the sample's images, nearly normal and the same on every system.
            pixels[i] = (float)((BitOperations.PopCount(random.Next()) - 32) * (Noise / 4));
        }

        int letters = 1 + random.Below(MostLetters);
        int placed = 0;
        for (int letter = 0; letter < letters; letter++)
        {
            if (TryPlace(set, (index * MostLetters) + letter, random, pixels, boxes[..(placed * LabelWidth)]) is { } box)
            {
                box.CopyTo(boxes[(placed++ * LabelWidth)..]);
            }
        }

        for (; placed < MostLetters; placed++)
        {
            boxes[(placed * LabelWidth) + LabelWidth - 1] = -1;
        }
    }

    private float[]? TryPlace(GlyphSet set, int index, SplitMix64 random, Span<float> pixels, ReadOnlySpan<float> others)
    {
        Span<byte> unused = stackalloc byte[GlyphGenerator.Pixels];
        Span<float> strokes = stackalloc float[GlyphGenerator.Pixels];
        _letters.Draw(set, index, unused, strokes);
        double contrast = GlyphGenerator.Between(random, Faintest, Strongest);
        var (left, top, right, bottom) = Bounds(strokes);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            int x = random.Below(Size - (right - left) + 1) - left;
            int y = random.Below(Size - (bottom - top) + 1) - top;
            float[] box =
            [
                (float)(x + left) / Size, (float)(y + top) / Size, (float)(x + right) / Size, (float)(y + bottom) / Size,
                GlyphGenerator.Label(index),
            ];
            if (IsApart(box, others))
            {
                Paste(strokes, contrast, x, y, pixels);
                return box;
            }
        }

        return null;
    }

    private static void Paste(ReadOnlySpan<float> strokes, double contrast, int x, int y, Span<float> pixels)
    {
        for (int i = 0; i < strokes.Length; i++)
        {
            if (strokes[i] > 0)
            {
                pixels[((y + (i / Window)) * Size) + x + (i % Window)] += (float)(contrast * strokes[i]);
            }
        }
    }

    // The pixels that strokes touch; right and bottom are excluded.
    private static (int Left, int Top, int Right, int Bottom) Bounds(ReadOnlySpan<float> strokes)
    {
        var (left, top, right, bottom) = (Window, Window, 0, 0);
        for (int i = 0; i < strokes.Length; i++)
        {
            if (strokes[i] > 0)
            {
                (left, right) = (Math.Min(left, i % Window), Math.Max(right, (i % Window) + 1));
                (top, bottom) = (Math.Min(top, i / Window), Math.Max(bottom, (i / Window) + 1));
            }
        }

        return (left, top, right, bottom);
    }

    private static bool IsApart(ReadOnlySpan<float> box, ReadOnlySpan<float> others)
    {
        for (int at = 0; at < others.Length; at += LabelWidth)
        {
            var other = others.Slice(at, LabelWidth);
            if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])
            {
                return false;
            }
        }

        return true;
    }
}
