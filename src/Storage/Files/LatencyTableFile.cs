using Cluster.Coordinator.Work;

namespace Cluster.Storage.Files;

/// <summary>
/// The file <c>latency.json</c>: every latency observation and profile of a job, replayed by <c>--latency-table</c>.
/// </summary>
/// <param name="Context">The conditions of the latencies besides the plan (<see cref="Coordinator.Model.JobSpec.LatencyContext"/>); a table
/// with others is refused.</param>
/// <param name="Observations">Latencies by plan, in the order they were made.</param>
/// <param name="Profiles">Profiles by plan.</param>
public sealed record LatencyTableFile(
    string Context,
    IReadOnlyList<LatencyResult> Observations,
    IReadOnlyList<ProfileResult> Profiles) : ILatencyTable
{
    /// <summary>The version that this code writes and reads.</summary>
    public const string CurrentSchema = "cluster.latency/v1";

    /// <summary>The file's version.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>Joint timings, in their order; null if there were none.</summary>
    public IReadOnlyList<FinalTimingResult>? Finals { get; init; }

    /// <summary>Reads a table for jobs of one latency context.</summary>
    /// <exception cref="JobException">It does not exist, is not a table of this version, or was measured for another
    /// model, data, shape, runtime, batch or number of threads.</exception>
    public static LatencyTableFile Read(string path, string context)
    {
        if (!File.Exists(path))
        {
            throw new JobException($"There is no latency table {path}: give the latency.json of an earlier run.");
        }

        LatencyTableFile? table;
        try
        {
            table = JsonSerializer.Deserialize<LatencyTableFile>(File.ReadAllText(path), PlanJson.Options);
        }
        catch (JsonException e)
        {
            throw new JobException($"{path} is not a latency table ({e.Message}): give the latency.json of an earlier run.", e);
        }

        if (table is null || !string.Equals(table.Schema, CurrentSchema, StringComparison.Ordinal))
        {
            throw new JobException(
                $"{path} has the schema \"{table?.Schema}\" where \"{CurrentSchema}\" is expected: use the version of "
                + "cluster that wrote it.");
        }

        if (!string.Equals(table.Context, context, StringComparison.Ordinal))
        {
            throw new JobException(
                $"{path} was measured for another model, calibration data, shape, seed, runtime, batch, form or number of threads than "
                + "this job's: leave --latency-table out, or use the same ones.");
        }

        return table;
    }

    /// <inheritdoc/>
    public LatencyResult? Find(LatencyItem item) =>
        Observations.FirstOrDefault(observation => string.Equals(observation.PlanDigest, item.Plan.Digest, StringComparison.Ordinal));

    /// <inheritdoc/>
    public FinalTimingResult? Find(FinalTimingItem item)
    {
        string[] digests = [.. item.Plans.Select(plan => plan.Digest)];
        var known = Finals?.Where(final => final.Plans.Select(plan => plan.PlanDigest).SequenceEqual(digests, StringComparer.Ordinal));
        return (item.Patience is null ? known?.FirstOrDefault() : known?.LastOrDefault())
            ?? Joined([.. item.Plans.Select(plan => Find(new LatencyItem(item.Context, plan)))]);
    }

    // For a table whose job timed each plan separately: combines the timings, each relative to its FP32, with one FP32.
    private static FinalTimingResult? Joined(LatencyResult?[] known)
    {
        if (known.Any(observation => observation is null))
        {
            return null;
        }

        double float32 = known[0]!.Float32MedianMs;
        return new FinalTimingResult([.. known.Select(observation => observation!.Beside(float32))]);
    }

    /// <inheritdoc/>
    public ProfileResult? Find(ProfileItem item) =>
        Profiles.FirstOrDefault(profile => string.Equals(profile.PlanDigest, item.Plan.Digest, StringComparison.Ordinal));

    /// <summary>Writes the table as indented JSON.</summary>
    public string Format() => JsonSerializer.Serialize(this, PlanJson.Indented) + "\n";
}
