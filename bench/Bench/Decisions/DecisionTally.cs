using System.Globalization;

namespace Cluster.Bench.Decisions;

/// <summary>The trials of one rule on one size of evaluation set.</summary>
internal sealed class DecisionTally(IReadOnlyList<DecisionTrial> trials)
{
    public const string Header =
        "| images | rule | accepted | wrongly, of all jobs | accepted: measured drop off by, points | accepted: reported drop off by | "
        + "all: reported drop off by (typically) | plain 95 % interval holds | reported interval holds "
        + "| power | looks | images of a job |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|---|";

    public string Row(int images, string rule)
    {
        var accepted = trials.Where(trial => trial.Accepted).ToArray();
        var reported = trials.Where(trial => trial.Expected is not null).ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {images} | {rule} | {Share(trials, trial => trial.Accepted)} | {Share(trials, trial => trial.Wrongly)} "
            + $"| {Points(accepted, trial => trial.Measured)} | {Points(accepted, trial => trial.Expected)} "
            + $"| {Points(reported, trial => trial.Expected)} ({100 * Spread(reported):0.00}) "
            + $"| {Share(reported, trial => trial.CoveredPlainly == true)} | {Share(reported, trial => trial.Covered == true)} "
            + $"| {trials.Average(trial => trial.Power):0.000} | {reported.Average(trial => trial.Looks):0.0} "
            + $"| {trials.Average(trial => (double)trial.Images):0} |");
    }

    private static double Spread(IReadOnlyCollection<DecisionTrial> of) =>
        Math.Sqrt(of.Select(trial => Math.Pow(trial.Expected!.Value, 2)).DefaultIfEmpty(double.NaN).Average());

    private static string Points(IReadOnlyCollection<DecisionTrial> of, Func<DecisionTrial, double?> what) => of.Count == 0
        ? "none"
        : (100 * of.Average(trial => what(trial)!.Value)).ToString("+0.000;-0.000", CultureInfo.InvariantCulture);

    private static string Share(IReadOnlyCollection<DecisionTrial> of, Func<DecisionTrial, bool> what) =>
        of.Count == 0 ? "none" : (100.0 * of.Count(what) / of.Count).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
