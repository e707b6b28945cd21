namespace Cluster.Coordinator.Tests.Search;

public sealed class WrongAcceptanceTests
{
    private const int Images = 400;

    private static readonly JobOptions Options = new() { MaxDrop = 0.01, Seed = 5 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_PlansWithinTheBound_IsUnknown(bool isSure) => Rate(isSure, (2, 0), (0, 0)).ShouldBeNull();

    [Theory]
    [InlineData(true, 0.0)]
    [InlineData(false, null)]
    public void Of_PlanThatNoHalfAccepts_IsNoneWhereTheImagesAreSureAndElseUnknown(bool isSure, double? expected) =>
        Rate(isSure, (80, 0)).ShouldBe(expected);

    // Of one plan without a witness: a half accepts it if the mean loss there and, of the standard error of all images, what 80 % of the
    // halves do not exceed are within the bound.
    [Fact]
    public void Of_OnePlanBeyondTheBound_IsTheShareOfHalvesThatAcceptItByHand()
    {
        const int Lost = 6;
        const double Mean = (double)Lost / Images;
        var random = new SplitMix64((ulong)SplitMix64.Derive(Options.Seed, "halves"));
        ulong[] first = [.. Enumerable.Range(0, Images * 4).Select(_ => random.Next())];
        double[] flatteries = [.. Enumerable.Range(0, 256).Select(division => Enumerable.Range(0, Images).Sum(
                image => ((image < Lost ? 1 : 0) - Mean) * ((first[(image * 4) + (division / 64)] >> (division % 64) & 1) != 0 ? 1 : -1)))
            .SelectMany(sum => new[] { sum / Images, -sum / Images })];
        var error = Math.Max(Normal.Quantile(0.8) * Math.Sqrt((Mean - (Mean * Mean)) / Images), flatteries.Order().ElementAt(409));
        var accepted = flatteries.Count(flattery => Mean - flattery + error <= Options.AcceptedDrop);

        accepted.ShouldBeGreaterThan(0);
        Rate(isSure: false, (Lost, null)).ShouldBe(accepted / 512.0);
    }

    [Fact]
    public void Of_AFasterPlanBeyondTheBound_IsMoreThanOfOneBehindAGoodPlan()
    {
        var (first, behind) = (Rate(isSure: true, (6, null), (0, null)), Rate(isSure: true, (0, null), (6, null)));

        first.ShouldNotBeNull().ShouldBeGreaterThan(0);
        behind.ShouldBe(0);
    }

    private static double? Rate(bool isSure, params (int Lost, double? Divergence)[] plans)
    {
        var rule = new DropCorrection(Options);
        var reference = Sample.Accuracy([.. Enumerable.Repeat(true, Images)]);
        rule.Begin(reference);
        AccuracyResult[] found = [.. plans.Select(
            plan => Sample.Accuracy([.. Enumerable.Range(0, Images).Select(i => i >= plan.Lost)]))];
        foreach (var (accuracy, plan) in found.Zip(plans))
        {
            rule.Add(reference, accuracy, plan.Divergence);
        }

        return WrongAcceptance.Of(
            rule, [.. found.Zip(plans, (accuracy, plan) => (rule.Halve(reference, accuracy), plan.Divergence))], isSure);
    }
}
