using System.Globalization;

namespace Cluster.Bench.Decisions;

/// <summary>The trials of one rule on one size of evaluation set.</summary>
internal sealed class DecisionTally(IReadOnlyList<DecisionTrial> trials)
{
    public const string Header =
        "| images | rule | accepted | wrongly, of all jobs | wrongly, by their own answers | accepted: measured drop off by, points "
        + "| accepted: reported drop off by | all: reported drop off by (typically) | plain 95 % interval holds | reported interval holds "
        + "| power | looks | images of a job |\n"
        + "|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    public string Row(int images, string rule)
    {
        var accepted = trials.Where(trial => trial.Accepted).ToArray();
        var reported = trials.Where(trial => trial.Expected is not null).ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {images} | {rule} | {Share(trials, trial => trial.Accepted)} | {Share(trials, trial => trial.Wrongly)} "
            + $"| {Mean(trials, trial => 100 * (trial.WrongAcceptance ?? 0), "0.0' %'")} "
            + $"| {Points(accepted, trial => trial.Measured)} | {Points(accepted, trial => trial.Expected)} "
            + $"| {Points(reported, trial => trial.Expected)} ({Spread(reported)}) "
            + $"| {Share(reported, trial => trial.CoveredPlainly == true)} | {Share(reported, trial => trial.Covered == true)} "
            + $"| {trials.Average(trial => trial.Power):0.000} | {Mean(reported, trial => trial.Looks, "0.0")} "
            + $"| {trials.Average(trial => (double)trial.Images):0} |");
    }

    private static string Spread(IReadOnlyCollection<DecisionTrial> of) => of.Count == 0
        ? "none"
        : (100 * Math.Sqrt(of.Average(trial => Math.Pow(trial.Expected!.Value, 2)))).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Points(IReadOnlyCollection<DecisionTrial> of, Func<DecisionTrial, double?> what) =>
        Mean(of, trial => 100 * what(trial)!.Value, "+0.000;-0.000");

    private static string Share(IReadOnlyCollection<DecisionTrial> of, Func<DecisionTrial, bool> what) =>
        Mean(of, trial => what(trial) ? 100 : 0, "0.0' %'");

    private static string Mean(IReadOnlyCollection<DecisionTrial> of, Func<DecisionTrial, double> what, string format) =>
        of.Count == 0 ? "none" : of.Average(what).ToString(format, CultureInfo.InvariantCulture);
}
