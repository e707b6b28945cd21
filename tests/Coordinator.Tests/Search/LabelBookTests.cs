using FsCheck;

namespace Cluster.Coordinator.Tests.Search;

public sealed class LabelBookTests
{
    private const int Classes = 3;

    [Fact]
    public void Settle_ByHand_CountsWhatTheLabelsSay()
    {
        // FP32 answers 0 1 2 0; the plan 0 2 1 1: it differs on images 1, 2 and 3. Labels: image 1 is 1, image 2 is 1, image 3 unknown.
        var (float32, plan) = (Raw([0, 1, 2, 0], [0, 1, 2, 0]), Raw([0, 2, 1, 1], [0, 1, 2, 0]));
        var book = new LabelBook();
        book.Missing(book.Settle(float32, plan, ImageScope.Full)).ShouldBe([1, 2, 3]);

        book.Add(new LabelItem("c", [1, 2]), new LabelResult([1, 1]));
        var settled = book.Settle(float32, plan, ImageScope.Full);

        PairedCounts.Of(book.Settle(float32, float32, ImageScope.Full), settled, ImageScope.Full)
            .ShouldBe(new PairedCounts(Lost: 1, Gained: 1, Total: 4, Open: 1));
        settled.Level.ShouldBe(0.75);
        book.Missing(settled).ShouldBe([3]);
        book.Add(new LabelItem("c", [3]), new LabelResult([LabelResult.Unknown]));
        book.Missing(book.Settle(float32, plan, ImageScope.Full)).ShouldBeEmpty();
        (book.Asked, book.Given).ShouldBe((3, 2));
    }

    [Fact]
    public void Settle_AllLabels_CountsAsLabelledImagesAreCounted() => Prop.ForAll(Draws(), draw =>
    {
        var book = new LabelBook();
        book.Add(new LabelItem("c", [.. Enumerable.Range(0, draw.Labels.Length)]), new LabelResult(draw.Labels));
        var (float32, plan) = (Raw(draw.Float32, draw.Float32), Raw(draw.Plan, draw.Float32));

        var counts = PairedCounts.Of(
            book.Settle(float32, float32, ImageScope.Full), book.Settle(float32, plan, ImageScope.Full), ImageScope.Full);

        counts.ShouldBe(PairedCounts.Of(Right(draw.Float32, draw.Labels), Right(draw.Plan, draw.Labels), draw.Labels.Length));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Settle_SomeLabels_HoldsTheTrueDropBetweenBestAndWorst() => Prop.ForAll(Draws(), draw =>
    {
        var book = new LabelBook();
        var some = Enumerable.Range(0, draw.Labels.Length).Where(i => i % 2 == 0).ToArray();
        book.Add(new LabelItem("c", some), new LabelResult([.. some.Select(i => draw.Labels[i])]));
        var (float32, plan) = (Raw(draw.Float32, draw.Float32), Raw(draw.Plan, draw.Float32));
        var truth = PairedCounts.Of(Right(draw.Float32, draw.Labels), Right(draw.Plan, draw.Labels), draw.Labels.Length);

        var counts = PairedCounts.Of(
            book.Settle(float32, float32, ImageScope.Full), book.Settle(float32, plan, ImageScope.Full), ImageScope.Full);

        counts.Drop.ShouldBeGreaterThanOrEqualTo(truth.Drop - 1e-12);
        counts.AtBest.Drop.ShouldBeLessThanOrEqualTo(truth.Drop + 1e-12);
        counts.DropInterval(0.95).Low.ShouldBeLessThanOrEqualTo(truth.DropInterval(0.95).Low + 1e-12);
        counts.DropInterval(0.95).High.ShouldBeGreaterThanOrEqualTo(truth.DropInterval(0.95).High - 1e-12);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Settle_Subset_TakesFloat32sAnswersAtItsImages()
    {
        var scope = ImageScope.Subset(2, seed: 1);
        var indices = scope.Indices(5);
        var float32 = Raw([0, 1, 2, 0, 1], [0, 1, 2, 0, 1]);
        int[] same = [.. indices.Select(i => new[] { 0, 1, 2, 0, 1 }[i])];
        var book = new LabelBook();
        book.Add(new LabelItem("c", [indices[1]]), new LabelResult([2]));

        var settled = book.Settle(float32, Raw([same[0], 2], same), scope);

        PairedCounts.Of(book.Settle(float32, float32, ImageScope.Full), settled, scope)
            .ShouldBe(new PairedCounts(Lost: 0, Gained: same[1] == 2 ? 0 : 1, Total: 2));
    }

    private static Arbitrary<(int[] Float32, int[] Plan, int[] Labels)> Draws() => Gen.Choose(1, 40)
        .SelectMany(n => Gen.Choose(0, Classes - 1).ArrayOf(3 * n).Select(all => (all[..n], all[n..(2 * n)], all[(2 * n)..])))
        .ToArbitrary();

    private static byte[] Right(int[] answers, int[] labels) => Sample.Bits([.. answers.Zip(labels, (answer, label) => answer == label)]);

    private static AccuracyResult Raw(int[] answers, int[] float32)
    {
        bool[] same = [.. answers.Zip(float32, (answer, other) => answer == other)];
        var isFloat32 = ReferenceEquals(answers, float32) || same.All(one => one);
        return Sample.Accuracy(same) with
        {
            Answers = ClassAnswers.Pack([.. answers.Where((_, i) => isFloat32 || !same[i])]),
        };
    }
}
