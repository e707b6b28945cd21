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
    /// <param name="isSure">Whether the images exclude that the winner loses more than the bound.</param>
    /// <returns>
    /// Null where the images cannot show it: no plan was seen to lose more than the bound, which could be accepted in error, or none ever
    /// was accepted though the images do not exclude that the winner is such a plan.
    /// </returns>
    public static double? Of(DropCorrection rule, IReadOnlyList<(HalvedDrop Halved, double? Divergence)> plans, bool isSure)
    {
        bool[] isWrong = [.. plans.Select(plan => plan.Halved.Counts.Drop > rule.Bound + Feasibility.Slack)];
        if (!isWrong.Contains(true))
        {
            return null;
        }

        var rate = Enumerable.Range(0, HalvedDrop.Draws).Count(draw =>
        {
            (PairedDrop Measured, double? Divergence)[] drawn =
                [.. plans.Select(plan => (new DrawnDrop(plan.Halved.Counts, plan.Halved.Flattery(draw)), plan.Divergence))];
            var again = rule.On(drawn);
            var winner = Array.FindIndex(drawn, plan => again.IsFeasible(plan.Measured, plan.Divergence));
            return winner >= 0 && isWrong[winner];
        }) / (double)HalvedDrop.Draws;
        return rate > 0 || isSure ? rate : null;
    }

    private sealed record DrawnDrop(PairedDrop Measured, double Flattery) : PairedDrop(Measured.Total)
    {
        public override double Drop => Measured.Drop - Flattery;

        public override double StandardError => Measured.StandardError;

        public override double ChanceOfSuch => Measured.ChanceOfSuch;

        public override string Words => Measured.Words;

        internal override double UpperEnd(int samples, double above) => Measured.UpperEnd(samples, above) - Flattery;

        internal override Interval DropInterval(double below, double above)
        {
            var (low, high) = Measured.DropInterval(below, above);
            return new Interval(low - Flattery, high - Flattery);
        }
    }
}
