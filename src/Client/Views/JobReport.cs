using Cluster.Contract.V1;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search.Objectives;
using Cluster.Plans;
using Spectre.Console;
using FineTuneItem = Cluster.Coordinator.Work.FineTuneItem;
using GroupFormat = Cluster.Plans.GroupFormat;
using WinnerSelected = Cluster.Coordinator.Journal.WinnerSelected;

namespace Cluster.Client.Views;

/// <summary>The output of `show` for a job.</summary>
internal static class JobReport
{
    /// <param name="result">Says why each group of the winner has its precision, and what was learned; null if unknown.</param>
    public static void Write(IAnsiConsole console, Job job, ResultDocument? result)
    {
        Facts(console, job);
        if (job.Winner is { } winner)
        {
            CommandConsole.Line(console, "");
            CommandConsole.Line(console, winner.Proof == ProofVerdict.Unspecified
                ? $"Result: {Words.Of(winner.Kind)}."
                : $"Proof of the winner of {job.Proves}: {Words.Of(winner.Proof)}.");
            CommandConsole.Line(console, winner.Reason);
            if (winner.Candidate is not null)
            {
                CommandConsole.Line(console, Words.Best(winner.Candidate));
                Sureness(console, winner);
            }

            Decisions(console, job, winner, result);
        }

        ReconstructionTable.Write(console, result?.Reconstruction);
        if (job.Artefacts.Count > 0)
        {
            CommandConsole.Line(console, "");
            Files(console, job);
        }
    }

    private static void Sureness(IAnsiConsole console, Winner winner)
    {
        if (winner.Test.Length > 0)
        {
            CommandConsole.Line(console, $"On the test set: {winner.Test}");
        }

        if (winner.Sureness.Length > 0)
        {
            CommandConsole.Line(console, winner.Sureness);
        }
    }

    /// <summary>The last lines of a watched job.</summary>
    public static void WriteEnd(IAnsiConsole console, Job job)
    {
        if (job.Progress?.Warning is { Length: > 0 } warning)
        {
            CommandConsole.Line(console, $"warning: {warning}");
        }

        CommandConsole.Line(console, $"{job.Name} {Words.Of(job.State)}{(job.Reason.Length > 0 ? $": {job.Reason}" : "")}");
        if (job.Winner is { } winner)
        {
            CommandConsole.Line(console, winner.Reason);
            if (winner.Candidate is not null)
            {
                CommandConsole.Line(console, Words.Best(winner.Candidate));
                Sureness(console, winner);
            }
        }

        if (job.State == JobState.Succeeded)
        {
            CommandConsole.Line(console, job.Winner?.Kind == WinnerKind.Unclear
                ? $"Next: {WinnerSelected.SubmitAgain}; or ./cluster fetch {job.Name}"
                : $"Next: ./cluster fetch {job.Name}");
        }
    }

    private static void Facts(IAnsiConsole console, Job job)
    {
        var spec = job.Spec ?? new JobSpec();
        var options = JobOptionsMapping.Read(spec);
        var facts = new List<(string What, string Value)>
        {
            ("job", job.Name),
            ("name", job.DisplayName),
            ("state", job.Reason.Length > 0 ? $"{Words.Of(job.State)}: {job.Reason}" : Words.Of(job.State)),
            ("waits", job.Reason.Length == 0 ? job.Progress?.Waiting?.Reason ?? "" : ""),
            ("next try", job.RetryTime is { } retry ? Words.Time(retry) : ""),
            ("proves", job.Proves),
            ("begins", job.State == JobState.Scheduled ? Words.Time(job.NotBefore) : ""),
            ("every", job.Every is { } every ? Figures.Period(every.ToTimeSpan()) : ""),
            ("created", Words.Time(job.CreateTime)),
            ("started", Words.Time(job.StartTime)),
            ("ended", Words.Time(job.EndTime)),
            ("model", spec.Model),
            ("data", Data(spec.Calibration)),
            ("eval", Data(spec.Evaluation)),
            ("test", Data(spec.Test)),
            ("train", Data(spec.Training)),
            ("target", spec.Target),
            ("methods", string.Join(',', spec.Methods.Select(given => MethodNames.Both(MethodNames.Calibrator(given), given)))),
            ("goal", options.Aim == Coordinator.Model.Options.SearchGoal.Fastest && options.Budgets == 0
                ? ""
                : BudgetWords.Question(options)),
            ("metric", Measured.MetricOf(options)),
            ("max drop", options.Aim != Coordinator.Model.Options.SearchGoal.Accurate && options.MaxDropIsRelative != true
                && spec.HasMaxDrop && Measured.HasPoints(options)
                ? $"{Figures.Points(100 * spec.MaxDrop)} points{(spec.HasConfidence ? $" at confidence {spec.Confidence}" : "")}"
                : ""),
            ("budget", spec.HasBudgetEvaluations ? $"{spec.BudgetEvaluations} evaluations" : ""),
            ("time limit", spec.HasMaxMinutes ? $"{spec.MaxMinutes} minutes" : ""),
            ("latency", $"batch {options.Batch}, {options.Threads} thread{(options.Threads == 1 ? "" : "s")}"),
            ("fine-tune", spec.Training is null
                ? ""
                : $"{Words.Of(spec.FineTune)}{(spec.HasEpochs ? $", {FineTuneItem.EpochsOf(spec.Epochs)}" : "")}"),
            ("reconstruct", spec.Reconstruct == ReconstructionMode.Unspecified
                ? ""
                : $"{Words.Of(spec.Reconstruct)}{(spec.HasIterations ? $", {spec.Iterations} iterations" : "")}"),
            ("seed", $"{spec.Seed}"),
        };
        if (job.Progress is { } progress)
        {
            string left = Words.IsOver(job.State) ? "" : $", ETA {Figures.Clock(progress.Remaining?.ToTimeSpan())}";
            facts.Add((
                "progress",
                $"{Words.Position(progress)} evaluations, {Figures.Duration(progress.Elapsed?.ToTimeSpan() ?? TimeSpan.Zero)}{left}"));
            facts.Add(("purpose", Words.IsOver(job.State) || progress.Waiting is not null ? "" : progress.Purpose));
            facts.Add(("warning", progress.Warning));
            facts.Add((Words.BestTitle(progress.BestMisses), job.Winner is null ? Words.Best(progress.Best) : ""));
        }

        foreach (var (what, value) in facts.Where(fact => fact.Value.Length > 0 && fact.Value != Figures.None))
        {
            CommandConsole.Line(console, $"{what,-12} {value}");
        }
    }

    private static string Data(DataSet? set) => set switch
    {
        null => "",
        { Artefact.Length: > 0 } => $"{set.Spec} in {set.Artefact}",
        _ => set.Spec,
    };

    private static void Decisions(IAnsiConsole console, Job job, Winner winner, ResultDocument? result)
    {
        if (winner.Plan is not { Groups.Count: > 0 } plan)
        {
            return;
        }

        CommandConsole.Line(console, "");
        var groups = job.Groups
            .GroupBy(group => group.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        var table = CommandConsole.Table(
            console, "Group", "Operators", ">MACs", "Format", "Calibrator", "Bias corrected", "Rounding", "Why");
        foreach (var decision in plan.Groups)
        {
            var group = groups.GetValueOrDefault(decision.Group);
            bool isFloat = GroupFormat.TryParse(decision.Format) is { IsCalibrated: false };
            CommandConsole.AddRow(
                table,
                decision.Group,
                group is null ? Figures.None : string.Join('+', group.Operators),
                Figures.Count(group?.Macs),
                Words.FormatOf(decision),
                isFloat ? Figures.None : decision.Calibrator,
                isFloat ? Figures.None : decision.BiasCorrection ? "yes" : "no",
                isFloat ? Figures.None : decision.Rounding.Split(':')[0],
                result?.Groups.FirstOrDefault(verdict => verdict.Group == decision.Group)?.Reason ?? Figures.None);
        }

        console.Write(table);
    }

    private static void Files(IAnsiConsole console, Job job)
    {
        var table = CommandConsole.Table(console, "File", ">Size", "SHA-256");
        foreach (var artefact in job.Artefacts)
        {
            CommandConsole.AddRow(table, artefact.Role, Figures.Bytes(artefact.SizeBytes), artefact.Sha256);
        }

        console.Write(table);
        CommandConsole.Line(console, $"Next: ./cluster fetch {job.Name}");
    }
}
