namespace Cluster.Grains.Contracts;

/// <summary>The state of a job's preparation.</summary>
/// <param name="IsOver">Whether it has ended.</param>
/// <param name="Refusal">Why the job is impossible, a <see cref="RefusedResult"/>, or null.</param>
/// <param name="Problem">The current obstacle, which is not the job's fault and is retried; null for none.</param>
/// <param name="IsDiskFull">Whether the obstacle is a full disk.</param>
[GenerateSerializer]
[Immutable]
[Alias("cluster.preparationReply")]
public sealed record PreparationReply(
    [property: Id(0)] bool IsOver,
    [property: Id(1)] Carried? Refusal = null,
    [property: Id(2)] string? Problem = null,
    [property: Id(3)] bool IsDiskFull = false);
