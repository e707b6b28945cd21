using Cluster.Evaluation.SingleSteps.Inspect;

namespace Cluster.Cli.Verbs;

/// <summary>
/// `cluster inspect`: the operators and groups of a network, and what is quantized in a quantized file.
/// </summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var model = new InputArgument("MODEL") { Description = "an ONNX file, FP32 or quantized (QDQ)" };
        var given = new JobOptionSymbols(JobLimits.Shape, JobLimits.Set);
        var json = CommonOptions.Json();
        var groups = new Option<bool>("--groups") { Description = "list the nodes of every group" };
        var command = new Command("inspect", CommandHelp.Describe(
            "Show a network's groups (what one kernel executes and one decision governs), their cost, and which of them can be "
            + "quantized; of a quantized file also each group's precision.",
            "inspect net.onnx",
            "inspect net.onnx --groups",
            "inspect OUT/winner.qdq.onnx --json"))
        {
            model, json, groups,
        };
        foreach (var option in given.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => CommandErrors.RunAsync(parsed, () => RunAsync(
            parsed.GetRequiredValue(model), GivenInputs.Of(given.Chosen(parsed)), parsed.GetValue(json), parsed.GetValue(groups),
            parsed.InvocationConfiguration)));
        return command;
    }

    private static async Task<int> RunAsync(string path, GivenInputs given, bool json, bool withNodes, InvocationConfiguration streams)
    {
        var report = ModelInspector.Inspect(path, withNodes, given);
        await CommandReport.WriteAsync(streams.Output, json, report, InspectTables.Write);

        foreach (string problem in report.Problems)
        {
            await streams.Error.WriteLineAsync($"cluster: {problem}");
        }

        return report.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
