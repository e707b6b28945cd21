using System.Globalization;
using Cluster.Cli.Verbs.Running;
using Cluster.Coordinator.Results;
using Cluster.Evaluation.Inputs;
using Cluster.Plans;
using Cluster.Silo.Api;

namespace Cluster.Bench.Ladder;

/// <summary>Which groups stay in FP32: what a job's search finds, or else the most sensitive ones.</summary>
internal sealed class LadderSkips(LadderOptions options)
{
    /// <summary>Runs the job; one that is finished in the folder is read.</summary>
    public static async Task<JobOutcome> SearchAsync(JobRequest request, Action<string> say, CancellationToken cancellation)
    {
        using var job = LocalJob.Open(request);
        job.Opened.Lazy.Said = say;
        return await job.RunAsync(null, null, cancellation);
    }

    /// <summary>Plans with few enough skips, with what they are: one, or several to choose from.</summary>
    /// <param name="start">All groups in INT8.</param>
    public IReadOnlyList<(Plan Plan, string What)> Candidates(JobOutcome outcome, Plan start)
    {
        if (outcome.Selection is { Feasible: true, Plan: var winner } && IsAllowed(winner))
        {
            return [(winner, $"the search's winner ({Names(winner)})")];
        }

        var faster = outcome.Front
            .Where(entry => IsAllowed(entry.Plan))
            .OrderBy(entry => entry.Latency?.MedianMs ?? double.MaxValue)
            .FirstOrDefault();
        if (faster is not null)
        {
            return [(
                faster.Plan,
                $"the fastest of the search's front with at most {options.MostSkips} skips ({Names(faster.Plan)}); its winner "
                + $"skips {Skips(outcome.Selection.Plan)}")];
        }

        string found = $"the search's winner skips {Skips(outcome.Selection.Plan)}";
        if (outcome.Selection is { Feasible: true, Plan: { IsBaseline: false } many }
            && Skipped(many) is var skipped
            && skipped.Length > options.MostSkips)
        {
            // Neighbours among them: a lone group in FP32 pays for two changes of precision.
            return [.. Enumerable.Range(0, skipped.Length - options.MostSkips + 1).Select(first =>
            {
                var plan = many.With(
                    skipped.Where((_, i) => i < first || i >= first + options.MostSkips),
                    group => start.Groups.First(decision => decision.Group == group));
                return (plan, $"{options.MostSkips} of the winner's ({Names(plan)}); {found}");
            })];
        }

        var sensitive = (outcome.Sensitivity
            ?? throw new JobException("The search has no sensitivities: its sweep failed, look at its journal.")).Groups
            .Select((group, index) => (group.Kl, index))
            .OrderByDescending(group => group.Kl)
            .Select(group => group.index)
            .ToArray();
        return [.. Enumerable.Range(1, options.MostSkips).Select(count =>
        {
            var plan = start.With(sensitive.Take(count), GroupFormat.Baseline);
            return (plan, $"the most sensitive groups ({Names(plan)}); {found}");
        })];
    }

    private bool IsAllowed(Plan plan) =>
        !plan.IsBaseline && plan.QuantizedCount < plan.Groups.Count && plan.Groups.Count - plan.QuantizedCount <= options.MostSkips;

    private static int[] Skipped(Plan plan) =>
        [.. Enumerable.Range(0, plan.Groups.Count).Where(group => plan.Groups[group].Format.IsBaseline)];

    private static string Skips(Plan plan) =>
        Skipped(plan) is { Length: > 0 } skipped ? skipped.Length.ToString(CultureInfo.InvariantCulture) : "none";

    private static string Names(Plan plan) =>
        string.Join(", ", plan.Groups.Where(group => group.Format.IsBaseline).Select(group => group.Group));
}
