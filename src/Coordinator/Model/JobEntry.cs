namespace Cluster.Coordinator.Model;

/// <summary>
/// A job as it was accepted. Spec and space are complete once it is prepared; from then on all but <see cref="Status"/>
/// never changes.
/// </summary>
public sealed record JobEntry
{
    /// <summary>The job's name in its cluster: lower-case letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>The client's random id for this request, or null: a repeated request with it returns the first call's job.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// Digest of the request that came with <see cref="RequestId"/>: the same id with another request is an error of
    /// the client.
    /// </summary>
    public string? RequestDigest { get; init; }

    /// <summary>A name for people.</summary>
    public string DisplayName { get; init; } = string.Empty;

    /// <summary>Its tenant; null for the default one, see <see cref="TenantName.Of"/>.</summary>
    public string? Tenant { get; init; }

    /// <summary>When it was accepted, in whole milliseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The job's spec. While the job is prepared: <see cref="Unprepared"/>.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>The search space.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>Where nodes find the model and the data.</summary>
    public required JobInputs Inputs { get; init; }

    /// <summary>W3C traceparent of the submission, whose trace the job's evaluations are part of; null without tracing.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The job whose winner is proved; null: it searches for one.</summary>
    public string? Proves { get; init; }

    /// <summary>The schedule that it is a run of; null: none.</summary>
    public RunSchedule? Schedule { get; init; }

    /// <summary>Spec and space of a job whose files were not read yet: digests and versions are empty, and there are no groups.</summary>
    /// <param name="inputs">Its files.</param>
    /// <param name="options">
    /// The given options. Open steps are marked as automatic: a stored spec that does not mention a step never takes it.
    /// </param>
    public static (JobSpec Spec, SearchSpace Space) Unprepared(JobInputs inputs, JobOptions options) => (
        new JobSpec
        {
            ModelDigest = inputs.Model,
            Data = new DataDigests(string.Empty, string.Empty),
            Options = options with
            {
                FineTune = options.FineTune ?? FineTuneMode.Auto,
                Reconstruct = options.Reconstruct ?? ReconstructionMode.Auto,
            },
            Versions = new EvaluatorVersions(string.Empty, string.Empty, string.Empty),
        },
        new SearchSpace(inputs.Model, [], []));

    /// <summary>For lists. The journal is authoritative; this follows it and may lag behind after a crash.</summary>
    public JobStatus Status { get; init; }
}

/// <summary>SHA-256 of the data of each role.</summary>
/// <param name="Calibration">Unlabelled images that ranges and corrections are estimated on.</param>
/// <param name="Evaluation">Labelled images that the search uses.</param>
/// <param name="Test">Labelled images used once, for the winner.</param>
/// <param name="Training">Labelled images that the winner is fine-tuned on.</param>
public sealed record DataDigests(string Calibration, string Evaluation, string? Test = null, string? Training = null);

/// <summary>Helpers that all job stores share.</summary>
public static class JobEntryExtensions
{
    /// <summary>The entry with its time in the stored form: whole milliseconds, UTC.</summary>
    /// <exception cref="JobException">Its id cannot name a job.</exception>
    public static JobEntry Checked(this JobEntry entry)
    {
        JobIds.Require(entry.Id);
        return entry with { CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(entry.CreatedAt.ToUnixTimeMilliseconds()) };
    }

    /// <summary>The digests of what a job was given: its model, if it is an artefact, and the tars of its data.</summary>
    public static IEnumerable<string> Artefacts(this JobInputs inputs) =>
        inputs.DataArtefacts().Prepend(inputs.Model)
            .Concat(inputs.Deployed?.All ?? [])
            .Where(name => name.Length == 64 && name.All(char.IsAsciiHexDigitLower));

    /// <summary>The digests of the tars of a job's data.</summary>
    public static IEnumerable<string> DataArtefacts(this JobInputs inputs) =>
        new[] { inputs.Calibration, inputs.Evaluation, inputs.Test, inputs.Training }.Select(data => data?.Artefact).OfType<string>();

    /// <summary>Whether both were accepted as the same job, regardless of their later status.</summary>
    public static bool IsSameAs(this JobEntry entry, JobEntry other) =>
        string.Equals(
            CanonicalJson.Serialize(entry with { Status = other.Status }), CanonicalJson.Serialize(other), StringComparison.Ordinal);
}
