using Cluster.Coordinator.Results;
using Spectre.Console;

namespace Cluster.Client.Views;

/// <summary>The output of `show` for a job's reconstruction: one line for each step, then the learned blocks.</summary>
internal static class ReconstructionTable
{
    public static void Write(IAnsiConsole console, ResultReconstruction? first)
    {
        if (first is not { Tried: true })
        {
            return;
        }

        CommandConsole.Line(console, "");
        var table = CommandConsole.Table(console, "Method", "Block", "Learned", ">Loss before", ">Loss after", "Kept");
        Plan(console, table, first, string.Empty);
        if (first.Second is { } second)
        {
            Plan(console, table, second, " of the second plan");
        }

        if (table.Rows.Count > 0)
        {
            console.Write(table);
        }
    }

    private static void Plan(IAnsiConsole console, Table table, ResultReconstruction trial, string which)
    {
        void Line(string step, string reason, double seconds) => CommandConsole.Line(
            console, $"Reconstruction, {step}, {Figures.Duration(TimeSpan.FromSeconds(seconds))}: {reason}");
        if (trial.Probe is { } probe)
        {
            Line($"probe{which}", probe.Reason, probe.Seconds);
        }

        foreach (var step in trial.Steps)
        {
            Line($"{step.Method}{which}{(step.Kept ? " (kept)" : " (not kept)")}", step.Reason, step.Seconds);
            foreach (var block in step.Blocks)
            {
                CommandConsole.AddRow(
                    table,
                    step.Method + which,
                    block.Name,
                    block.Phase,
                    $"{block.Before:G4}",
                    $"{block.After:G4}",
                    block.Kept ? "yes" : "no");
            }
        }
    }
}
