namespace Cluster.Cli.Views;

/// <summary>An error analysis for people: the figures, and below them the signal to noise of each layer as bars.</summary>
internal static class ErrorTables
{
    public static void Write(IAnsiConsole console, ErrorAnalysis analysis)
    {
        CommandConsole.Line(console, $"{analysis.Model}: {ErrorReport.What(analysis)}");
        var table = CommandConsole.Table(
            console, ">#", "Group", "Format", ">MSE alone", ">MAE", ">Cosine", ">SQNR, dB", ">MSE accumulated", ">MAE", ">Cosine",
            ">SQNR, dB", ">Worst channel");
        foreach (var layer in analysis.Groups)
        {
            CommandConsole.AddRow(
                table,
                [
                    $"{layer.Index}", layer.Group, layer.Format, .. Cells(layer.Local), .. Cells(layer.Accumulated),
                    Figures.Decibels(layer.WorstChannelDb),
                ]);
        }

        console.Write(table);
        Plot(console, analysis);
    }

    private static void Plot(IAnsiConsole console, ErrorAnalysis analysis)
    {
        bool isUnicode = console.Profile.Capabilities.Unicode;
        double largest = analysis.Groups.Max(layer => Math.Max(layer.Local?.SqnrDb ?? 0, layer.Accumulated?.SqnrDb ?? 0));
        var plot = CommandConsole.Table(console, ">#", "Group", ">Alone, dB", "", ">Accumulated, dB", "");
        foreach (var layer in analysis.Groups)
        {
            CommandConsole.AddRow(
                plot,
                $"{layer.Index}",
                layer.Group,
                Figures.Decibels(layer.Local?.SqnrDb),
                SensitivityTables.Bar(layer.Local?.SqnrDb ?? 0, largest, isUnicode),
                Figures.Decibels(layer.Accumulated?.SqnrDb),
                SensitivityTables.Bar(layer.Accumulated?.SqnrDb ?? 0, largest, isUnicode));
        }

        console.Write(plot);
    }

    private static string[] Cells(ErrorFigures? figures) =>
    [
        ErrorReport.Error(figures?.Mse),
        ErrorReport.Error(figures?.Mae),
        ErrorReport.Cosine(figures?.Cosine),
        figures is { Mse: 0 } ? "exact" : Figures.Decibels(figures?.SqnrDb),
    ];
}
