using System.CommandLine;
using Cluster.Cli.Options;
using Cluster.Cli.Stored;
using Cluster.Cli.Views;
using Cluster.Coordinator.Questions;
using Cluster.Reporting;
using Cluster.Storage.Files;
using Cluster.Terminal;
using Cluster.Terminal.Options;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster compare`: two jobs' winners, or two plans.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var first = new InputArgument("A") { Description = "a job's output folder (its winner), or a plan file" };
        var second = new InputArgument("B") { Description = "the same; what is said is how it differs from A" };
        var page = new Option<string?>("--html")
        {
            Description = "write the comparison as a page, with a chart of both jobs' plans",
            HelpName = "FILE.html",
        };
        var json = CommonOptions.Json();
        var command = new Command("compare", CommandHelp.Describe(
            "Compare two plans by what was measured: accuracy image by image with an interval, speed with an interval, size, and the "
            + "groups that are decided otherwise. A plan file is looked up in the job whose folder it lies in.",
            "compare OUT1 OUT2 --html compared.html",
            "compare OUT/winner.plan.json OUT/plan-1234567890ab.plan.json --json"))
        {
            first, second, page, json,
        };
        command.Reports(
            json,
            (parsed, say, _) =>
            {
                var (a, b) = (StoredJob.Compared(parsed.GetRequiredValue(first)), StoredJob.Compared(parsed.GetRequiredValue(second)));
                if (parsed.GetValue(page) is { } file)
                {
                    OutputPlace.PrepareFile(file, say);
                    AtomicFile.Write(file, ComparisonReport.Write(a, b));
                    say($"wrote {file}");
                }

                return Task.FromResult(PlanComparison.Of(a, b));
            },
            StoredTables.Write);
        return command;
    }
}
