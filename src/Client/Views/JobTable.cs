using Cluster.Contract.V1;
using Spectre.Console;

namespace Cluster.Client.Views;

/// <summary>The table of `list`.</summary>
internal static class JobTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<Job> jobs, DateTimeOffset now)
    {
        if (jobs.Count == 0)
        {
            CommandConsole.Line(console, "no jobs");
            return;
        }

        var table = CommandConsole.Table(console, "Job", "Name", "State", ">Done", ">ETA", "Best", ">Age");
        foreach (var job in jobs)
        {
            table.AddRow(
                Cell(job.Name),
                Cell(job.DisplayName.Length == 0 ? Figures.None : VisibleText.Shorten(job.DisplayName, 40)),
                new Text(Words.Of(job.State), new Style(Words.ColorOf(job.State))),
                Cell(Words.Position(job.Progress)),
                Cell(job.State == JobState.Running ? Figures.Clock(job.Progress?.Remaining?.ToTimeSpan()) : Figures.None),
                Cell(Best(job)),
                Cell(Words.Since(job.CreateTime, now)));
        }

        console.Write(table);
    }

    // "drop 0.13 points, 1.24x"
    private static string Best(Job job)
    {
        if (job.State is JobState.Failed or JobState.Suspended)
        {
            return VisibleText.Shorten(job.Reason, 60);
        }

        if (job.Winner is { Proof: not ProofVerdict.Unspecified and var proof })
        {
            return $"proof: {Words.Of(proof)}";
        }

        var best = job.Winner is { } winner ? winner.Candidate : job.Progress?.Best;
        if (job.Progress?.Waiting is { } wait && (best is null || wait.Cause is not (WaitCause.Slot or WaitCause.Pause)))
        {
            return VisibleText.Shorten(wait.Reason, 60);
        }

        bool misses = job.Winner is { } found ? !found.Feasible : job.Progress?.BestMisses == true;
        if (best is null)
        {
            return job.Winner is null ? Figures.None : "FP32 stays";
        }

        var accuracy = Measured.Accuracy(best);
        string lost = Measured.Drop(accuracy) is { } points ? $"drop {points} points" : Measured.Level(accuracy);
        string speed = Measured.SpeedUp(best) is { } ratio ? $", {Figures.Ratio(ratio)}x" : "";
        return $"{(misses ? "nearest: " : "")}{lost}{speed}";
    }

    private static Text Cell(string text) => new(VisibleText.Clean(text));
}
