using Cluster.Glyphs.Sentences;

namespace Cluster.Cli.Tests.Samples;

public sealed class SentenceGeneratorTests
{
    private const int Count = 200;

    [Fact]
    public void Draw_AnySentence_BeginsWithItsSignAndEndsInMaskedPadding()
    {
        var arrays = new SentenceGenerator(1).Draw(GlyphSet.Evaluation, 0, Count);
        long[][] ids = [.. arrays[0].Array.As<long>().ToArray().Chunk(SentenceGenerator.Length)];
        long[][] mask = [.. arrays[1].Array.As<long>().ToArray().Chunk(SentenceGenerator.Length)];

        int[] words = [.. mask.Select(row => row.Count(bit => bit == 1) - 1)];

        words.Min().ShouldBe(6);
        words.Max().ShouldBe(SentenceGenerator.Length - 1);
        for (int i = 0; i < Count; i++)
        {
            ids[i][0].ShouldBe(1);
            ids[i][1..(words[i] + 1)].ShouldAllBe(word => word >= SentenceGrammar.FirstWord && word < SentenceGrammar.Vocabulary);
            ids[i][(words[i] + 1)..].ShouldAllBe(word => word == 0);
            mask[i].ShouldBe(ids[i].Select(word => word == 0 ? 0L : 1));
        }
    }

    [Fact]
    public void Draw_RowsOfLabels_HaveEachLanguageAsOften() =>
        new SentenceGenerator(1).Draw(GlyphSet.Evaluation, 3, Count)[2].Array.As<long>().ToArray()
            .CountBy(label => label).Select(pair => pair.Value).Distinct().ShouldBe([Count / SentenceGrammar.Languages]);
}
