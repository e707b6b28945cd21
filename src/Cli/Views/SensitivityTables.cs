using Cluster.Evaluation.SingleSteps.Sensitivity;

namespace Cluster.Cli.Views;

/// <summary>The ranking for people and for other programs.</summary>
internal static class SensitivityTables
{
    private const int BarWidth = 30;

    public static void Write(IAnsiConsole console, SensitivityReport report)
    {
        bool isUnicode = console.Profile.Capabilities.Unicode;
        CommandConsole.Line(
            console,
            $"{report.Model}: each of {report.Groups.Count} groups alone in INT8 ({report.Method}), {report.Images} images, "
            + $"sweep {report.SweepSeconds:F1} s");
        string right = report.Metric is { } metric && metric.CountsImages() ? $">Right in {metric.Title()}" : ">Correct";
        string[] leftOut = report.WholeKl is null ? [] : [">KL of the others, nats"];
        var table = CommandConsole.Table(console, [">#", "Group", "Operators", ">KL, nats", "", ">SQNR, dB", right, .. leftOut]);
        double largest = report.Groups.Select(group => group.Kl).DefaultIfEmpty(0).Max();
        foreach (var group in report.Groups)
        {
            CommandConsole.AddRow(
                table,
                [
                    $"{group.Index}",
                    group.Group,
                    string.Join(" + ", group.Operators),
                    $"{group.Kl:E2}",
                    Bar(group.Kl, largest, isUnicode),
                    group.SqnrDb is { } decibels ? $"{decibels:F1}" : "exact",
                    group.Total > 0 ? $"{group.Correct} of {group.Total}" : Figures.None,
                    .. group.LeftOutKl is { } left ? [$"{left:E2}"] : Array.Empty<string>(),
                ]);
        }

        console.Write(table);
        if (report.WholeKl is { } whole)
        {
            CommandConsole.Line(console, $"All groups in INT8: {whole:E2} nats; the last column leaves one of them in FP32.");
        }
    }

    /// <summary>RFC 4180, most sensitive first.</summary>
    public static string Csv(SensitivityReport report)
    {
        var csv = new CsvText("index", "group", "operators", "macs_per_image", "kl_nats", "sqnr_db", "correct_images", "total_images",
            "left_out_kl_nats");
        foreach (var group in report.Groups)
        {
            csv.Add(
                group.Index, group.Group, string.Join('+', group.Operators), group.Macs, group.Kl, group.SqnrDb,
                group.Correct, group.Total, group.LeftOutKl);
        }

        return csv.ToString();
    }

    /// <summary>Length in proportion to the largest value; anything above 0 gets at least one mark.</summary>
    internal static string Bar(double value, double largest, bool isUnicode)
    {
        int length = value > 0 && largest > 0 ? Math.Max(1, (int)Math.Round(BarWidth * value / largest)) : 0;
        return new string(isUnicode ? '█' : '#', length);
    }
}
