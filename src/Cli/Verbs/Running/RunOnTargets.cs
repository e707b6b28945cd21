using System.Text.Json.Nodes;

namespace Cluster.Cli.Verbs.Running;

/// <summary>
/// `cluster run --target A,B`: one job per target, one after another, in folders with the targets' names, and one page and one JSON file
/// for all of them. Each resumes and is reported like any job; they share the pass over the calibration images and the sweeps over the
/// groups.
/// </summary>
internal static class RunOnTargets
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>One request for each target; the request itself where it names one.</summary>
    /// <exception cref="UsageException">A name is missing or repeated, or a latency table is given for several.</exception>
    public static JobRequest[] Of(JobRequest request)
    {
        string[] targets = TargetNames.Of(request.Options);
        if (targets.Length == 1)
        {
            return [request];
        }

        if (request.LatencyTable is not null)
        {
            throw new UsageException("--latency-table has the times of one target: give one --target, or leave the table out.");
        }

        return
        [
            .. targets.Select(target => request with
            {
                Options = request.Options with { Target = target },
                Output = Path.Combine(request.Output, target),
            })
        ];
    }

    /// <summary>Runs the jobs, and writes the files about all of them.</summary>
    /// <param name="whole">The request for all of them, whose output is the parent folder of the jobs' folders.</param>
    public static async Task<int> RunAsync(
        JobRequest whole, IReadOnlyList<JobRequest> requests, ParseResult parsed, bool json, CancellationToken cancellation)
    {
        // Checks everything that may be refused before the first job begins.
        foreach (var request in requests)
        {
            OpenedJob.Describe(request.Inputs, request.Options, JobFolder.CalibrationIn(request.Output)).Dispose();
        }

        var models = new List<ReportModel>();
        var sweeps = new TargetSweeps();
        foreach (var request in requests)
        {
            if (models.Count > 0 && !request.Fresh)
            {
                Calibration(request).TakeStatistics(Calibration(requests[0]));
            }

            models.Add(await RunCommand.JobAsync(request, parsed, cancellation, sweeps));
            if (!json)
            {
                TerminalTables.Write(CommandConsole.For(parsed.InvocationConfiguration.Output), models[^1]);
            }
        }

        var joint = new JobFolder(whole.Output);
        joint.WriteConfig(whole);
        string text = Join(requests);
        AtomicFile.Write(joint.Targets, text);
        AtomicFile.Write(joint.Report, TargetsReport.Write(models));
        await parsed.InvocationConfiguration.Output.WriteLineAsync(json
            ? text
            : $"All targets: {Path.Combine(whole.Output, Path.GetFileName(joint.Report))}");
        return RunCommand.CodeOf(models);
    }

    private static CalibrationFolder Calibration(JobRequest request) => new(JobFolder.CalibrationIn(request.Output));

    private static string Join(IEnumerable<JobRequest> requests) => new JsonObject
    {
        ["schema"] = "cluster.targets/v1",
        ["targets"] = new JsonArray([.. requests.Select(request => new JsonObject
        {
            ["target"] = request.Options.Target,
            ["folder"] = Path.GetFileName(request.Output),
            ["result"] = JsonNode.Parse(File.ReadAllText(new JobFolder(request.Output).Result)),
        })]),
    }.ToJsonString(Indented);
}
