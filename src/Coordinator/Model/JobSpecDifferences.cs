namespace Cluster.Coordinator.Model;

/// <summary>The differences between two jobs' specs in words, for refusing another job's folder.</summary>
public static class JobSpecDifferences
{
    /// <summary>Refuses a request in the folder of another job.</summary>
    /// <param name="id">The stored job's identity.</param>
    /// <param name="stored">The spec in the journal.</param>
    /// <param name="asked">The spec of the current request.</param>
    /// <exception cref="JobException">They differ.</exception>
    public static void RequireNone(string id, JobSpec stored, JobSpec asked)
    {
        if (!string.Equals(id, asked.JobId, StringComparison.Ordinal))
        {
            // Equal parts with unequal identities: another version of cluster included more, or less, in a job's identity.
            string parts = Of(stored, asked) is { Count: > 0 } all ? string.Join(", ", all) : "how this version of cluster describes a job";
            throw new JobException(
                $"The journal is another job's ({id[..12]}, not {asked.JobId[..12]}), which differs in {parts}: choose another output "
                + "folder, or start again with --fresh.")
            {
                FailsOn = JobFault.Request,
            };
        }
    }

    /// <summary>One entry per difference, values as "stored here, asked there"; empty for equal specs.</summary>
    /// <param name="stored">The spec in the journal.</param>
    /// <param name="asked">The spec of the current request.</param>
    public static IReadOnlyList<string> Of(JobSpec stored, JobSpec asked)
    {
        var (before, after) = (stored.Versions, asked.Versions);
        string?[] all =
        [
            Content("the model", stored.ModelDigest, asked.ModelDigest),
            Content("the calibration data", stored.Data.Calibration, asked.Data.Calibration),
            Content(
                stored.Options.MetricCommand is null ? "the evaluation data" : "the evaluation data or what judges it",
                stored.Data.Evaluation,
                asked.Data.Evaluation),
            Content("the test data", stored.Data.Test, asked.Data.Test),
            Content("the training data", stored.Data.Training, asked.Data.Training),
            .. Options(stored.Options, asked.Options),
            Value("the numerics", before.Numerics, after.Numerics),
            Value("the runtime", before.Runtime, after.Runtime),
            Value("the instruction set", before.InstructionSet, after.InstructionSet),
            Value("the device", before.Device, after.Device),
        ];
        return [.. all.OfType<string>()];
    }

    // Another command may be another metric, so only that is reported; likewise another metric, which has another bound.
    private static IEnumerable<string?> Options(JobOptions stored, JobOptions asked)
    {
        JobLimit[] unsaid =
        [
            JobLimits.MaxMinutes,
            JobLimits.Expect,
            JobLimits.Doubts,
            stored.MetricCommand == asked.MetricCommand ? JobLimits.MetricCommand : JobLimits.Metric,
        ];
        return JobLimits.All.Except(unsaid)
            .Where(limit => limit != JobLimits.MaxDrop || stored.Measure == asked.Measure)
            .Select(limit => limit == JobLimits.MaxDrop
                ? Value(limit.Name, Bound(stored), Bound(asked))
                : Value(limit.Name, limit.WordIn(stored), limit.WordIn(asked)));
    }

    private static string Bound(JobOptions options) =>
        $"{options.AcceptedDrop}{(options.MaxDropIsRelative == true ? JobLimits.OfFloat32 : string.Empty)}";

    // Digests say nothing to people, beyond whether there is something.
    private static string? Content(string what, string? stored, string? asked) =>
        string.Equals(stored, asked, StringComparison.Ordinal) ? null
        : stored is null ? $"{what} (none there, some asked)"
        : asked is null ? $"{what} (some there, none asked)"
        : what;

    private static string? Value(string what, string? stored, string? asked) => string.Equals(stored, asked, StringComparison.Ordinal)
        ? null
        : $"{what} ({stored ?? "none"} there, {asked ?? "none"} asked)";
}
