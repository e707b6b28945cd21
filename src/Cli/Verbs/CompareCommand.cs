namespace Cluster.Cli.Verbs;

/// <summary>`cluster compare`: two jobs' winners, or two plans.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var first = new InputArgument("A") { Description = "a job's output folder (its winner), or a plan file" };
        var second = new InputArgument("B") { Description = "the same; what is said is how it differs from A" };
        var json = CommonOptions.Json();
        var command = new Command("compare", CommandHelp.Describe(
            "Compare two plans by what was measured: accuracy image by image with an interval, speed with an interval, size, and the "
            + "groups that are decided otherwise. A plan file is looked up in the job whose folder it lies in.",
            "compare OUT1 OUT2",
            "compare OUT/winner.plan.json OUT/plan-1234567890ab.plan.json --json"))
        {
            first, second, json,
        };
        command.Reports(
            json,
            (parsed, _, _) => Task.FromResult(
                PlanComparison.Of(StoredJob.Compared(parsed.GetRequiredValue(first)), StoredJob.Compared(parsed.GetRequiredValue(second)))),
            StoredTables.Write);
        return command;
    }
}
