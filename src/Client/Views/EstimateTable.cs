using Cluster.Contract.V1;
using Spectre.Console;

namespace Cluster.Client.Views;

/// <summary>The output of `submit --dry-run`.</summary>
internal static class EstimateTable
{
    public static void Write(IAnsiConsole console, JobEstimate estimate)
    {
        var table = CommandConsole.Table(console, "Group", "Operators", ">MACs", ">Weights", "What");
        foreach (var group in estimate.Groups)
        {
            CommandConsole.AddRow(
                table,
                group.Name,
                string.Join('+', group.Operators),
                Figures.Count(group.Macs),
                Figures.Count(group.Parameters),
                group.Description);
        }

        console.Write(table);
        CommandConsole.Line(console, $"{estimate.Groups.Count} groups to decide about");
        CommandConsole.Line(console, estimate.UnsupportedOperators.Count == 0
            ? "no operator stays in FP32 for want of support"
            : $"stay in FP32, as the target does not execute them in 8 bits: {string.Join(", ", estimate.UnsupportedOperators)}");
        string time = estimate.Duration is { } duration
            ? $", about {Figures.Duration(duration.ToTimeSpan())}"
            : "; how long they take is not known yet";
        string most = estimate.MostEvaluations > estimate.Evaluations ? $", at most {estimate.MostEvaluations}" : "";
        CommandConsole.Line(console, $"about {estimate.Evaluations} accuracy evaluations{most}{time}");
        foreach (string warning in estimate.Warnings)
        {
            CommandConsole.Line(console, $"warning: {warning}");
        }

        CommandConsole.Line(console, "nothing was submitted");
    }
}
