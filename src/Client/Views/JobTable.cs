using Cluster.Contract.V1;
using Cluster.Terminal;
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
                Cell(job is { Winner: { Candidate: null } } ? "FP32 stays"
                    : (job.Winner?.Candidate ?? job.Progress?.Best) is { } best
                        ? $"{Figures.Points(100 * Measured.Accuracy(best)?.Drop)} points, {Figures.Ratio(Measured.SpeedUp(best))}x"
                        : Figures.None),
                Cell(Words.Since(job.CreateTime, now)));
        }

        console.Write(table);
    }

    private static Text Cell(string text) => new(VisibleText.Clean(text));
}
