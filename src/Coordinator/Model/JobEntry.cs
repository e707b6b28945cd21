using Cluster.Coordinator.Model.Options;

namespace Cluster.Coordinator.Model;

/// <summary>
/// A job as it was accepted. Spec and space are complete once it is prepared; from then on all but <see cref="Status"/>
/// never changes.
/// </summary>
public sealed record JobEntry
{
    /// <summary>The job's name in its cluster: lower-case letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>What the client drew for this request, or null: a repeated one names the job that the first call made.</summary>
    public string? RequestId { get; init; }

    /// <summary>
    /// Digest of the request that came with <see cref="RequestId"/>: the same id with another request is an error of
    /// the client.
    /// </summary>
    public string? RequestDigest { get; init; }

    /// <summary>For people.</summary>
    public string DisplayName { get; init; } = string.Empty;

    /// <summary>Whom it belongs to; null for the default tenant, see <see cref="TenantName.Of"/>.</summary>
    public string? Tenant { get; init; }

    /// <summary>When it was accepted, in whole milliseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is asked. While the job is prepared: <see cref="Unprepared"/>.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>What is decided about.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>Where nodes find the model and the data.</summary>
    public required JobInputs Inputs { get; init; }

    /// <summary>W3C traceparent of the submission, whose trace the job's evaluations are part of; null without tracing.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What is known of a job whose files were not read yet: digests and versions are empty, and there are no groups.</summary>
    /// <param name="inputs">Its files.</param>
    /// <param name="options">
    /// What is asked of it, as far as it was said. Steps that are left open are said to be automatic: a spec that says nothing of a step,
    /// as it is stored, never takes it.
    /// </param>
    public static (JobSpec Spec, SearchSpace Space) Unprepared(JobInputs inputs, JobOptions options) => (
        new JobSpec
        {
            ModelDigest = inputs.Model,
            Data = new DataDigests(string.Empty, string.Empty),
            Options = options with
            {
                FineTune = options.FineTune ?? FineTuneMode.Auto, Reconstruct = options.Reconstruct ?? ReconstructionMode.Auto,
            },
            Versions = new EvaluatorVersions(string.Empty, string.Empty, string.Empty),
        },
        new SearchSpace(inputs.Model, [], []));

    /// <summary>For lists. The journal is the truth; this follows it and may lag behind after a crash.</summary>
    public JobStatus Status { get; init; }
}
