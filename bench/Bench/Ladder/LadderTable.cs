using System.Globalization;
using Cluster.Grains.Contracts;
using Cluster.Silo.Api;

namespace Cluster.Bench.Ladder;

/// <summary>A ladder as a Markdown table, and what it ends at.</summary>
internal static class LadderTable
{
    public static void Write(TextWriter output, LadderFile ladder)
    {
        var rows = ladder.Rows;
        var float32 = rows[0];
        int[] batches = [.. float32.Times.Select(time => time.Batch)];
        string tests = float32.TestCorrect is null ? "" : " test |";
        output.WriteLine(
            $"| step | FP32 groups | correct of {float32.Total} | points | KL to FP32 | agree "
            + $"|{tests}{string.Concat(batches.Select(batch => $" b{batch} ms (IQR) | × |"))} carried on |");
        output.WriteLine(
            $"|---|---|---|---|---|---|{(tests.Length > 0 ? "---|" : "")}{string.Concat(batches.Select(_ => "---|---|"))}---|");
        foreach (var row in rows)
        {
            output.WriteLine(Row(row, float32, row.Step));
        }

        output.WriteLine(Row(rows[ladder.Best] with { Carried = null, Reason = null }, float32, $"**end: {rows[ladder.Best].Step}**"));
        output.WriteLine();
        foreach (var row in rows.Where(row => row.What.Length > 0 || row.Reason is not null))
        {
            string said = string.Join("; ", new[] { row.What, row.Reason }.Where(text => !string.IsNullOrEmpty(text)));
            output.WriteLine($"- {row.Step}: {said}{(row.Parity == false ? "; PARITY GATE FAILED" : "")}");
        }

        output.WriteLine();
        output.WriteLine(ladder.Machine + (ladder.TimedAt is { } timed ? $"; timed {timed}" : "; not timed"));
        output.WriteLine(End(ladder));
    }

    private static string Row(LadderRow row, LadderRow float32, string name)
    {
        var times = row.Times.Zip(float32.Times, (time, reference) => string.Create(
            CultureInfo.InvariantCulture, $" {time.MedianMs:G4} ({time.IqrMs:G2}) | {reference.MedianMs / time.MedianMs:F2} |"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {(row == float32 ? "all" : row.Skipped)} | {row.Correct} | "
            + $"{Points(row, float32):+0.00;-0.00;0.00} | {row.Kl:0.00000} | {row.Agree} "
            + $"|{(row.TestCorrect is { } test ? $" {test} |" : "")}{string.Concat(times)} {Carried(row)} |");
    }

    private static string End(LadderFile ladder)
    {
        var best = ladder.Rows[ladder.Best];
        double points = Points(best, ladder.Rows[0]);
        bool meets = points >= (-100 * ladder.Options.MaxDrop) - 1e-9 && best.Skipped <= ladder.Options.MostSkips;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The end is at FP32 {points:+0.00;-0.00;0.00} points with {best.Skipped} groups in FP32; asked for: "
            + $"{-100 * ladder.Options.MaxDrop:0.00} or better with at most {ladder.Options.MostSkips}: "
            + $"{(meets ? "met" : "NOT met")}.");
    }

    private static double Points(LadderRow row, LadderRow float32) => 100.0 * (row.Correct - float32.Correct) / row.Total;

    private static string Carried(LadderRow row) => row.Carried switch
    {
        true => "yes",
        false => "no",
        null => "",
    };
}
