using Cluster.Coordinator.Work;

namespace Cluster.Grains.Contracts;

/// <summary>Where a job's preparation is.</summary>
/// <param name="IsOver">Whether it has ended.</param>
/// <param name="Refusal">Why the job cannot be, a <see cref="RefusedResult"/>, or null.</param>
/// <param name="Problem">What holds it up, which is not the job's fault and is tried again; null for nothing.</param>
/// <param name="IsDiskFull">Whether that is a full disk.</param>
[GenerateSerializer]
[Alias("cluster.preparationReply")]
public sealed record PreparationReply(
    [property: Id(0)] bool IsOver,
    [property: Id(1)] Carried? Refusal = null,
    [property: Id(2)] string? Problem = null,
    [property: Id(3)] bool IsDiskFull = false);
