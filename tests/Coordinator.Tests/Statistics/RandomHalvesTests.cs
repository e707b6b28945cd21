using FsCheck;

namespace Cluster.Coordinator.Tests.Statistics;

public sealed class RandomHalvesTests
{
    [Fact]
    public void Halve_OneImageLost_HasNoFlattery()
    {
        var drop = new RandomHalves(1, seed: 7).Halve(Sample.Accuracy([true]), Sample.Accuracy([false]));

        drop.Counts.ShouldBe(new PairedCounts(Lost: 1, Gained: 0, Total: 1));
        foreach (var draw in Draws)
        {
            drop.Flattery(draw).ShouldBe(0, "the one image is the whole set");
        }
    }

    [Fact]
    public void Flattery_OneOfTwoImagesLost_IsByHand()
    {
        // xᵢ − x̄ is ½ and −½: (½ r₀ − ½ r₁) / 2 is 0 where both images are in one half, else ±½.
        var halves = new RandomHalves(2, seed: 3);
        var drop = halves.Halve(Sample.Accuracy([true, true]), Sample.Accuracy([false, true]));

        foreach (var draw in Draws)
        {
            Math.Abs(drop.Flattery(draw)).ShouldBeOneOf(0, 0.5);
        }

        Draws.Select(drop.Flattery).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Halve_AnyAnswers_MirrorsTheFlattery() => Prop.ForAll(
        Answers().ToArbitrary(),
        answers =>
        {
            var halves = new RandomHalves(answers.Reference.Total, answers.Seed);
            var drop = halves.Halve(answers.Reference, answers.Candidate);
            drop.Counts.ShouldBe(PairedCounts.Of(answers.Reference, answers.Candidate, ImageScope.Full));
            return Enumerable.Range(0, RandomHalves.Count).All(division =>
                Math.Abs(drop.Flattery(2 * division) + drop.Flattery((2 * division) + 1)) < 1e-12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Flattery_ManyImages_HasTheStandardErrorOfTheDrop()
    {
        var (reference, candidate) = Changed(2000, lost: 60, gained: 40);
        var drop = new RandomHalves(2000, seed: 1).Halve(reference, candidate);

        var deviation = Math.Sqrt(Draws.Average(draw => Math.Pow(drop.Flattery(draw), 2)));

        drop.Counts.StandardError.ShouldBe(Math.Sqrt((0.05 - 0.0001) / 2000), 1e-12);
        deviation.ShouldBe(drop.Counts.StandardError, 0.1 * drop.Counts.StandardError);
    }

    [Fact]
    public void Halve_PartOfImages_EqualsSetOfThem()
    {
        var (reference, _) = Changed(2000, lost: 60, gained: 40);
        var part = ImageScope.Subset(500, seed: 9);
        var seen = Sample.Accuracy([.. part.Indices(2000).Select(image => image >= 60)]) with { Part = part };

        var drop = new RandomHalves(2000, seed: 1).Halve(reference, seen);

        drop.Counts.ShouldBe(PairedCounts.Of(reference, seen, part));
        Draws.Average(drop.Flattery).ShouldBe(0, 1e-12);
        Math.Sqrt(Draws.Average(draw => Math.Pow(drop.Flattery(draw), 2)))
            .ShouldBe(drop.Counts.StandardError, 0.15 * drop.Counts.StandardError);
    }

    [Fact]
    public void LargestFlattery_OnePlanOrNone_IsThatOfANormalError()
    {
        var (reference, candidate) = Changed(2000, lost: 60, gained: 40);
        var one = new RandomHalves(2000, seed: 1).Halve(reference, candidate);

        foreach (var luck in new[] { new LargestFlattery([]), new LargestFlattery([one]), new LargestFlattery([one, one, one]) })
        {
            luck.Quantile(0.95).ShouldBeInRange(Normal.Quantile(0.95), 1.9);
        }
    }

    [Fact]
    public void LargestFlattery_TwoPlansThatErrOnOtherImages_IsTheMaximumOfTwoNormals()
    {
        var halves = new RandomHalves(4000, seed: 5);
        var first = halves.Halve(Changed(4000, 50, 50).Reference, Changed(4000, 50, 50).Candidate);
        var (reference, candidate) = Changed(4000, 50, 50, from: 2000);
        var second = halves.Halve(reference, candidate);

        var luck = new LargestFlattery([first, second]);

        luck.Quantile(0.95).ShouldBe(1.95, 0.25);
    }

    [Fact]
    public void LargestFlattery_OneMorePlan_NeverIsSmaller() => Prop.ForAll(
        Gen.Choose(1, 400).Two().ToArbitrary(),
        places =>
        {
            var halves = new RandomHalves(500, seed: 2);
            HalvedDrop Plan(int from)
            {
                var (reference, candidate) = Changed(500, 9, 4, from);
                return halves.Halve(reference, candidate);
            }

            var (first, second) = (Plan(places.Item1), Plan(places.Item2));
            var (one, two) = (new LargestFlattery([first]), new LargestFlattery([first, second]));
            return two.Quantile(0.9) >= one.Quantile(0.9);
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<int> Draws => Enumerable.Range(0, HalvedDrop.Draws);

    // From an image on, the first ones are lost and the next ones gained; all others are right in both.
    private static (AccuracyResult Reference, AccuracyResult Candidate) Changed(int images, int lost, int gained, int from = 0)
    {
        var places = Enumerable.Range(-from, images).ToArray();
        return (
            Sample.Accuracy([.. places.Select(place => place < lost || place >= lost + gained)]),
            Sample.Accuracy([.. places.Select(place => place < 0 || place >= lost)]));
    }

    private static Gen<(AccuracyResult Reference, AccuracyResult Candidate, long Seed)> Answers() =>
        from images in Gen.Choose(1, 320)
        from reference in Gen.Elements(true, false).ArrayOf(images)
        from candidate in Gen.Elements(true, false).ArrayOf(images)
        from seed in Gen.Choose(0, int.MaxValue)
        select (Sample.Accuracy(reference), Sample.Accuracy(candidate), (long)seed);
}
