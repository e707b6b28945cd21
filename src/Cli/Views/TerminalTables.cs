using Cluster.Coordinator.Search.Objectives;

namespace Cluster.Cli.Views;

/// <summary>
/// The final output of a run on the terminal: the verdict, the baselines next to the winner, the files, and the next command.
/// </summary>
internal static class TerminalTables
{
    /// <summary>Writes it; plain ASCII if the console has no Unicode.</summary>
    public static void Write(IAnsiConsole console, ReportModel model)
    {
        var isAscii = !console.Profile.Capabilities.Unicode;
        Line(console, model.ModelName, isAscii);
        console.Write(Results(model, isAscii));
        if (model.Result.Fleet is { } fleet)
        {
            FleetTable.Write(console, fleet.Kinds, fleet.Plans);
            Line(console, fleet.Note, isAscii);
        }

        if (model.Result.Decision.PassedOver is { } passed)
        {
            Line(console, passed, isAscii);
        }

        foreach (string failure in Failures(model.Failures))
        {
            Line(console, failure, isAscii);
        }

        if (model.LabelsUsed is { } labels)
        {
            Line(console, labels, isAscii);
        }

        if (model.Result.Decision.Stopped is { } stopped)
        {
            Line(
                console,
                $"The job was stopped, as {stopped}: this is the best it had found. A larger --max-minutes goes on from there.",
                isAscii);
        }

        if (Rung.Of(model) is { Count: > 0 } rungs)
        {
            var table = new Table { Border = isAscii ? TableBorder.Ascii : TableBorder.Rounded };
            table.AddColumns([.. Rung.Headings(model)]);
            rungs.ToList().ForEach(rung => table.AddRow(rung.Cells.Select(cell => new Text(Plain(cell, isAscii)))));
            console.Write(table);
        }

        foreach (var line in Reconstruction(model))
        {
            Line(console, line, isAscii);
        }

        if (model.Result.FineTune is { Kept: false } trial)
        {
            Line(console, $"Fine-tuning: {trial.Reason}", isAscii);
        }

        console.WriteLine();
        Files(console, model, isAscii);
        console.WriteLine();
        foreach (var (what, text) in PlainLines.Of(model))
        {
            Line(console, $"{what}: {text}", isAscii);
        }

        foreach (string line in model.Python)
        {
            Line(console, $"    {line}", isAscii);
        }
    }

    // The report has all of them.
    private static IEnumerable<string> Failures(IReadOnlyList<FailedWork> failures)
    {
        const int Most = 3;
        foreach (var failed in failures.Take(Most))
        {
            yield return $"Failed: {failed.Title}: {failed.Failure.Reason}";
        }

        if (failures.Count > Most)
        {
            yield return $"{failures.Count - Most} more measurements failed: see the report.";
        }
    }

    // Steps that were not tried are in the report only: here they would be noise.
    private static IEnumerable<string> Reconstruction(ReportModel model)
    {
        if (model.Result.Reconstruction is not { Tried: true } trial)
        {
            yield break;
        }

        if (trial.Probe is { WeightsMatter: false } probe)
        {
            yield return $"Reconstruction: {probe.Reason}.";
        }

        foreach (var step in trial.Steps)
        {
            if (step.After is null)
            {
                yield return $"{step.Title} failed: {step.Reason}";
                continue;
            }

            var blocks = step.Blocks;
            var kept = blocks.Where(block => block.Kept).ToArray();
            var lower = kept.Length == 0
                ? string.Empty
                : $", loss {Figures.Percent(1 - (kept.Sum(block => block.After) / kept.Sum(block => block.Before)))} "
                    + "lower on held-out images";
            yield return $"{step.Title} ({kept.Length} of {blocks.Count} blocks{lower}, "
                + $"{Figures.Duration(TimeSpan.FromSeconds(step.Seconds))}): "
                + $"{(step.Kept ? "kept, " : "not kept, ")}{step.Reason}";
        }
    }

    private static Table Results(ReportModel model, bool isAscii)
    {
        var table = new Table { Border = isAscii ? TableBorder.Ascii : TableBorder.Rounded };
        table.AddColumn("Plan");
        var metric = model.Options.Measure;
        foreach (var heading in new[] { model.Heading, MetricFigures.DropHeading(metric), "Median ms", "Speed-up", "Size" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var row in Comparison.Rows(model))
        {
            var point = row.Point;
            var isWinner = model.Kind is WinnerKind.Faster or WinnerKind.MostAccurate
                && point.Roles.HasFlag(PlanRoles.Winner)
                && string.Equals(row.Name, PlanNames.Selected(model.Kind), StringComparison.Ordinal);
            var style = isWinner ? new Style(Color.Green) : Style.Plain;
            string[] cells =
            [
                row.Name,
                point.LevelText,
                point.DropText,
                Figures.Milliseconds(point.Latency?.MedianMs),
                point.Plan.IsBaseline || point.SpeedUp is null
                    ? (point.Plan.IsBaseline ? "1.00×" : Figures.None)
                    : Figures.Ratio(point.SpeedUp) + "×" + Interval(point),
                Figures.Bytes(point.Measured.SizeBytes),
            ];
            table.AddRow(cells.Select(cell => new Text(Plain(cell, isAscii), style)));
        }

        return table;
    }

    private static string Interval(PlanPoint point) => point.SpeedUpInterval is { } interval
        ? $" ({Figures.Ratio(interval.Low)}–{Figures.Ratio(interval.High)})"
        : string.Empty;

    private static void Files(IAnsiConsole console, ReportModel model, bool isAscii)
    {
        var width = model.Files.Select(file => file.Path.Length).DefaultIfEmpty().Max();
        foreach (var file in model.Files)
        {
            Line(console, $"{file.Path.PadRight(width)}  {file.What}", isAscii);
        }
    }

    // Directly to the profile's writer: lines that people copy must not wrap.
    private static void Line(IAnsiConsole console, string text, bool isAscii) => console.Profile.Out.Writer.WriteLine(Plain(text, isAscii));

    /// <summary>Text without characters that control the terminal and, for plain output, without any beyond ASCII.</summary>
    internal static string Plain(string text, bool isAscii)
    {
        var clean = VisibleText.Clean(text);
        return isAscii
            ? string.Concat(clean.Select(c => c switch
            {
                '×' => "x",
                '–' or '−' => "-",
                '…' or '≈' => "~",
                '≤' => "<=",
                '≥' => ">=",
                > '~' => "?",
                _ => $"{c}",
            }))
            : clean;
    }
}
