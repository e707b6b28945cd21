namespace Cluster.Glyphs.Sentences;

/// <summary>
/// Sentences whose language is asked for: a sign of the beginning, 6 to 15 words of a <see cref="SentenceGrammar"/>, and padding that the
/// mask leaves out. Short ones may be said in more than one language.
/// </summary>
internal sealed class SentenceGenerator(long seed) : IArraySamples
{
    /// <summary>Numbers of a sentence with its padding.</summary>
    public const int Length = 16;

    private const int Shortest = 6;
    private const long Beginning = 1;

    private static readonly SentenceGrammar Grammar = new();

    private readonly ulong[] _streams =
        [.. Enum.GetValues<GlyphSet>().Select(set => (ulong)SplitMix64.Derive(seed, $"sentences/{set}"))];

    public string Name => "sentences";

    /// <summary>Languages follow each other in turn, so that every slice of a set is balanced.</summary>
    public static int Label(int index) => index % SentenceGrammar.Languages;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, TensorData Array)> Draw(GlyphSet set, int first, int count)
    {
        long[] ids = new long[count * Length];
        long[] mask = new long[count * Length];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = Label(first + i);
            Draw(set, first + i, ids.AsSpan(i * Length, Length), mask.AsSpan(i * Length, Length));
        }

        return
        [
            (SentenceNetworks.Ids, TensorData.FromInt64([count, Length], ids)),
            (SentenceNetworks.Mask, TensorData.FromInt64([count, Length], mask)),
            ("labels", TensorData.FromInt64([count], labels)),
        ];
    }

    private void Draw(GlyphSet set, int index, Span<long> ids, Span<long> mask)
    {
        var random = new SplitMix64(new SplitMix64(_streams[(int)set] ^ (ulong)index).Next());
        int words = Shortest + random.Below(Length - Shortest);
        ids[0] = Beginning;
        ids[1] = SentenceGrammar.First(random);
        for (int i = 2; i <= words; i++)
        {
            ids[i] = Grammar.Next(Label(index), ids[i - 1], random);
        }

        mask[..(words + 1)].Fill(1);
    }
}
