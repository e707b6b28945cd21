using Cluster.Contract.V1;
using Spectre.Console;

namespace Cluster.Client.Views;

/// <summary>The output of `show` for a job's reconstruction: one line for each step, then the learned blocks.</summary>
internal static class ReconstructionTable
{
    public static void Write(IAnsiConsole console, Job job)
    {
        if (job.Reconstruction.Count == 0)
        {
            return;
        }

        CommandConsole.Line(console, "");
        foreach (var step in job.Reconstruction)
        {
            string kept = step.Method == "probe" ? "" : step.Kept ? " (kept)" : " (not kept)";
            CommandConsole.Line(
                console,
                $"Reconstruction, {step.Method}{kept}, {Figures.Duration(step.Elapsed?.ToTimeSpan() ?? TimeSpan.Zero)}: {step.Reason}");
        }

        if (!job.Reconstruction.Any(step => step.Blocks.Count > 0))
        {
            return;
        }

        var table = CommandConsole.Table(console, "Method", "Block", "Learned", ">Loss before", ">Loss after", "Kept");
        foreach (var (step, block) in job.Reconstruction.SelectMany(step => step.Blocks.Select(block => (step, block))))
        {
            CommandConsole.AddRow(
                table, step.Method, block.Name, block.Phase, $"{block.LossBefore:G4}", $"{block.LossAfter:G4}", block.Kept ? "yes" : "no");
        }

        console.Write(table);
    }
}
