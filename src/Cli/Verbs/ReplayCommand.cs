namespace Cluster.Cli.Verbs;

/// <summary>`cluster replay`: checks whether this version makes the decisions recorded in a job's journal.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var folder = new InputArgument("OUT") { Description = "the output folder of a job" };
        var json = CommonOptions.Json();
        var command = new Command("replay", CommandHelp.Describe(
            "Fold a job's journal again and decide anew from the recorded results: every round, the winner, and what followed from learned "
            + "numbers. Nothing is evaluated or written. Exit code 1 where a decision differs.",
            "replay OUT",
            "replay OUT --json"))
        {
            folder, json,
        };
        command.SetAction((parsed, _) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            var report = JournalReplay.Of(StoredJob.Read(parsed.GetRequiredValue(folder)).Records);
            await streams.Output.WriteLineAsync(
                parsed.GetValue(json) ? JsonSerializer.Serialize(report, PlanJson.Indented) : Sentence(report));
            if (!report.Agrees)
            {
                await streams.Error.WriteLineAsync(
                    $"cluster: record {report.Record} of the journal: {VisibleText.Clean(report.Difference!)}");
            }

            return report.Agrees ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static string Sentence(ReplayReport report)
    {
        string scope = $"{report.Rounds} rounds with {report.Results} results";
        string end = report.Winner is { } winner ? $"winner {winner[..12]}" : "no winner yet";
        return !report.Agrees ? $"{scope}: the decisions are the same until record {report.Record}, there they differ."
            : report.IsFinished ? $"{scope}: every decision is the same, {end}."
            : $"{scope}: every decision so far is the same, {end}; the job is still running.";
    }
}
