using Cluster.Contract.V1;
using Cluster.Coordinator.Model.Options;
using Spectre.Console;

namespace Cluster.Client.Views;

/// <summary>The table of `candidates`.</summary>
internal static class CandidateTable
{
    /// <param name="withWhy">Whether to show each candidate's purpose, and why some have no result.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<Candidate> candidates, bool withWhy)
    {
        if (candidates.Count == 0)
        {
            CommandConsole.Line(console, "no candidates");
            return;
        }

        string metric = $">{Measured.Metric(candidates).Heading()}";
        string[] headings = [">#", "State", ">INT8 groups", metric, ">Drop, points", ">Median ms", ">Speed-up", ">Attempts", "Node"];
        var table = CommandConsole.Table(console, withWhy ? [.. headings, "Purpose", "Why"] : headings);
        foreach (var candidate in candidates)
        {
            string[] cells = Cells(candidate);
            CommandConsole.AddRow(table, withWhy ? [.. cells, candidate.Purpose, Why(candidate)] : cells);
        }

        console.Write(table);
    }

    private static string[] Cells(Candidate candidate)
    {
        var accuracy = Measured.Accuracy(candidate);
        int attempts = candidate.Failure?.Attempts
            ?? candidate.Evaluations.Select(evaluation => evaluation.Attempts).DefaultIfEmpty().Max();
        var groups = candidate.Plan?.Groups;
        return
        [
            $"{candidate.Number}",
            candidate.Failure is { } failure ? $"failed: {Words.Of(failure.Kind)}" : Words.Of(candidate.State),
            groups is null ? Figures.None : $"{groups.Count(Words.IsInteger)}/{groups.Count}",
            Measured.Level(accuracy),
            Measured.Drop(accuracy) ?? Figures.None,
            Figures.Milliseconds(Measured.Latency(candidate)?.MedianMs),
            Measured.SpeedUp(candidate) is { } speed ? $"{Figures.Ratio(speed)}x" : Figures.None,
            attempts == 0 ? Figures.None : $"{attempts}",
            candidate.Node.Length == 0 ? Figures.None : candidate.Node,
        ];
    }

    private static string Why(Candidate candidate) => candidate.Failure is { } failure
        ? $"{failure.Message} (after {failure.Attempts} {(failure.Attempts == 1 ? "attempt" : "attempts")})"
        : candidate.Evaluations.Count == 0
            ? Figures.None
            : string.Join(", ", candidate.Evaluations.Select(
                evaluation => $"{(evaluation.Latency is null ? "accuracy" : "latency")} {Source(evaluation.Source)}"));

    private static string Source(EvaluationSource source) => source switch
    {
        EvaluationSource.Measured => "measured",
        EvaluationSource.Cache => "from an earlier job",
        EvaluationSource.LatencyTable => "from a latency table",
        _ => "of unknown source",
    };
}
