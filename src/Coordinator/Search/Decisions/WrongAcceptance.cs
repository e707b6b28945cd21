namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// How often a job's rule accepts a plan that loses more than the bound, on the job's own answers. The rule is run again on each half
/// of its <see cref="RandomHalves"/>: a half is off the whole by as much as the whole is off the truth (half-sampling: McCarthy 1969),
/// so the drop on a half is one that the job might have measured, with the standard error of all images, if what it measured were the
/// truth.
/// </summary>
internal static class WrongAcceptance
{
    /// <summary>The share of halves on which the fastest plan that the rule accepts loses more than the bound.</summary>
    /// <param name="rule">The job's, with all plans looked at.</param>
    /// <param name="plans">Those among which it chose, fastest first, and their <see cref="AccuracyResult.Witness"/>.</param>
    public static double Of(DropCorrection rule, IReadOnlyList<(HalvedDrop Halved, double? Divergence)> plans)
    {
        bool[] isWrong = [.. plans.Select(plan => plan.Halved.Counts.Drop > rule.Bound + Feasibility.Slack)];
        return Enumerable.Range(0, HalvedDrop.Draws).Count(draw =>
        {
            (PairedDrop Measured, double? Divergence)[] drawn =
                [.. plans.Select(plan => (new DrawnDrop(plan.Halved.Counts, plan.Halved.Flattery(draw)), plan.Divergence))];
            var again = rule.On(drawn);
            var winner = Array.FindIndex(drawn, plan => again.IsFeasible(plan.Measured, plan.Divergence));
            return winner >= 0 && isWrong[winner];
        }) / (double)HalvedDrop.Draws;
    }

    private sealed record DrawnDrop(PairedDrop Measured, double Flattery) : PairedDrop(Measured.Total)
    {
        public override double Drop => Measured.Drop - Flattery;

        public override double StandardError => Measured.StandardError;

        public override double ChanceOfSuch => Measured.ChanceOfSuch;

        public override string Words => Measured.Words;

        internal override Interval DropInterval(double below, double above)
        {
            var (low, high) = Measured.DropInterval(below, above);
            return new Interval(low - Flattery, high - Flattery);
        }
    }
}
