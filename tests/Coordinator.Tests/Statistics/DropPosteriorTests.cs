using FsCheck;

namespace Cluster.Coordinator.Tests.Statistics;

public sealed class DropPosteriorTests
{
    // Ten of 1000 images lost: the variance of the drop is (0.01 − 0.0001) / 1000, and half an image's, 0.0005².
    private const double Variance = 9.9e-6 + 2.5e-7;

    [Fact]
    public void Of_OnePlan_IsItsMeasuredDropByHand()
    {
        var counts = new PairedCounts(10, 0, 1000);
        var posterior = new DropPosterior();
        posterior.Add(counts, 0.02);

        var (mean, error) = posterior.Of(counts, 0.02);

        // β is 0.5: the prior is N(0.01, 0.01² + the error of the measurement), of which β is made.
        double prior = 1e-4 + Variance;
        mean.ShouldBe(0.01, 1e-12);
        error.ShouldBe(Math.Sqrt(prior * Variance / (prior + Variance)), 1e-12);
    }

    [Fact]
    public void Of_TwoPlans_IsBetweenMeasurementAndPredictionByHand()
    {
        var (first, second) = (new PairedCounts(10, 0, 1000), new PairedCounts(10, 0, 1000));
        var posterior = new DropPosterior();
        posterior.Add(first, 0.02);
        posterior.Add(second, 0.01);

        var (mean, _) = posterior.Of(second, 0.01);

        // β = (0.02 + 0.01) · 0.01 / (0.02² + 0.01²) = 0.6, which predicts 0.006; its error is that of the first plan.
        double prior = (0.006 * 0.006) + (Variance * 0.25);
        mean.ShouldBe(((0.01 * prior) + (0.006 * Variance)) / (prior + Variance), 1e-12);
    }

    [Fact]
    public void Of_PlansOffTheLine_TrustsThePredictionLessByHand()
    {
        var (first, second) = (new PairedCounts(10, 0, 1000), new PairedCounts(40, 0, 1000));
        var posterior = new DropPosterior();
        posterior.Add(first, 0.1);
        posterior.Add(second, 0.01);

        var (mean, error) = posterior.Of(second, 0.01);

        // Each tells nats² / variance of β; the spread is (1 + Σ residual² / variance - 1) / (1 + what a share of 1 adds to that sum).
        double other = (0.0384e-3 + 2.5e-7), beta = ((0.1 * 0.01 / Variance) + (0.01 * 0.04 / other)) / (985.22 + (1e-4 / other));
        double off = (Math.Pow(0.01 - (0.1 * beta), 2) / Variance) + (Math.Pow(0.04 - (0.01 * beta), 2) / other);
        double expected = 2 * beta * beta * 985.22 * (1e-4 / other) / (985.22 + (1e-4 / other));
        double prior = (off / (1 + expected) * Math.Pow(0.01 * beta, 2)) + (1e-4 / 985.22);
        off.ShouldBeGreaterThan(35);
        mean.ShouldBe(((0.04 * prior) + (0.01 * beta * other)) / (prior + other), 1e-6);
        error.ShouldBe(Math.Sqrt(prior * other / (prior + other)), 1e-6);
    }

    [Fact]
    public void Of_WithoutAWitness_IsTheMeasuredDrop()
    {
        var posterior = new DropPosterior();
        posterior.Add(new PairedCounts(10, 0, 1000), 0.02);
        posterior.Add(new PairedCounts(90, 0, 1000), null);
        var measured = new PairedCounts(10, 0, 1000);

        posterior.Of(measured, null).ShouldBe((0.01, measured.StandardError));
        posterior.Of(measured, 0.02).Error.ShouldBeLessThan(measured.StandardError);
    }

    [Fact]
    public void Of_SameAnswersAsFloat32_IsNone()
    {
        var posterior = new DropPosterior();
        posterior.Add(new PairedCounts(40, 0, 1000), 0.1);

        posterior.With(new PairedCounts(0, 0, 1000), 0.01).Of(new PairedCounts(0, 0, 1000), 0.01).ShouldBe((0, 0));
    }

    [Fact]
    public void Of_PlansThatGain_PredictsNoGain()
    {
        var counts = new PairedCounts(0, 10, 1000);
        var posterior = new DropPosterior();
        posterior.Add(counts, 0.02);

        posterior.Of(counts, 0.02).Mean.ShouldBeInRange(-0.01, 0);
    }

    [Fact]
    public void Of_AnyPlans_IsBetweenTheMeasuredAndThePredictedDropAndSurerThanTheMeasured() => Prop.ForAll(
        Plans().ToArbitrary(),
        plans =>
        {
            var posterior = new DropPosterior();
            foreach (var (counts, divergence) in plans)
            {
                posterior.Add(counts, divergence);
            }

            double most = plans.Max(plan => plan.Counts.Drop / plan.Divergence);
            return plans.All(plan =>
            {
                var (mean, error) = posterior.Of(plan.Counts, plan.Divergence);
                double predicted = Math.Max(0, most * plan.Divergence);
                return mean >= Math.Min(plan.Counts.Drop, 0) - 1e-12
                    && mean <= Math.Max(plan.Counts.Drop, predicted) + 1e-12
                    && error * error <= (plan.Counts.StandardError * plan.Counts.StandardError) + 2.5e-7;
            });
        }).QuickCheckThrowOnFailure();

    private static Gen<(PairedCounts Counts, double Divergence)[]> Plans() =>
        (from lost in Gen.Choose(0, 60)
         from gained in Gen.Choose(0, 60)
         from divergence in Gen.Choose(1, 1000)
         select (new PairedCounts(lost, gained, 1000), divergence / 1e4)).NonEmptyListOf().Select(list => list.ToArray());
}
