using System.Globalization;

namespace Cluster.Bench.Decisions;

/// <summary>The trials of one rule on one size of evaluation set.</summary>
internal sealed class DecisionTally(IReadOnlyList<DecisionTrial> trials)
{
    public const string Header =
        "| images | rule | accepted | wrongly, of all jobs | measured drop off by, points | reported drop off by, points (typically) "
        + "| plain 95 % interval holds | reported interval holds | power | looks |\n|---|---|---|---|---|---|---|---|---|---|";

    public string Row(int images, string rule)
    {
        var accepted = trials.Where(trial => trial.Accepted).ToArray();
        var off = accepted.Select(trial => trial.Expected!.Value).ToArray();
        var bias = off.DefaultIfEmpty(double.NaN).Average();
        var spread = Math.Sqrt(off.Select(value => Math.Pow(value, 2)).DefaultIfEmpty(double.NaN).Average());
        var flattered = accepted.Select(trial => trial.Measured!.Value).DefaultIfEmpty(double.NaN).Average();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {images} | {rule} | {Share(trials, trial => trial.Accepted)} | {Share(trials, trial => trial.Wrongly)} "
            + $"| {100 * flattered:+0.000;-0.000} | {100 * bias:+0.000;-0.000} ({100 * spread:0.00}) "
            + $"| {Share(accepted, trial => trial.CoveredPlainly!.Value)} | {Share(accepted, trial => trial.Covered!.Value)} "
            + $"| {trials.Average(trial => trial.Power):0.000} | {accepted.Select(trial => trial.Looks).DefaultIfEmpty().Average():0.0} |");
    }

    private static string Share(IReadOnlyCollection<DecisionTrial> of, Func<DecisionTrial, bool> what) =>
        of.Count == 0 ? "none" : (100.0 * of.Count(what) / of.Count).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
