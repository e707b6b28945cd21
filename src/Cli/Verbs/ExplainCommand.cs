namespace Cluster.Cli.Verbs;

/// <summary>`cluster explain`: why a group of a job's winner has its precision.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var folder = new InputArgument("OUT") { Description = "the output folder of a job" };
        var group = new Argument<string>("GROUP") { Description = "a group's name, or a part that no other group's name has" };
        var json = CommonOptions.Json();
        var command = new Command("explain", CommandHelp.Describe(
            "Say why a group of a job's winner has its precision, from the journal: its sensitivity, what its format saves, its "
            + "calibrators, and every pair of measured plans that differ in it alone.",
            "explain OUT conv2_1/dw",
            "explain OUT fc --json"))
        {
            folder, group, json,
        };
        command.Reports(
            json,
            (parsed, _, _) => Task.FromResult(Explain(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(group))),
            StoredTables.Write);
        return command;
    }

    // How it is written is known of a published winner.
    private static GroupExplanation Explain(string folder, string name)
    {
        var found = GroupExplainer.Of(StoredJob.Read(folder).State, name);
        string result = new JobFolder(folder).Result;
        return File.Exists(result)
            ? found with
            {
                Form = ResultDocument.Parse(File.ReadAllText(result), result).Winner.Artefact?.Forms?.GetValueOrDefault(found.Group),
            }
            : found;
    }
}
