namespace Cluster.Grains.Contracts;

/// <summary>What reading and checking a job's files on a node came to, or where it is.</summary>
/// <param name="IsOver">Whether it has ended, with what was found or with a refusal.</param>
/// <param name="IsGone">Whether the node is no member of the cluster any more.</param>
/// <param name="Prepared">What was found, as the program's own type; null where there is a refusal.</param>
/// <param name="Refusal">Why the job cannot be, or null.</param>
[GenerateSerializer]
[Alias("cluster.nodePreparation")]
public sealed record NodePreparation(
    [property: Id(0)] bool IsOver,
    [property: Id(1)] bool IsGone = false,
    [property: Id(2)] Carried? Prepared = null,
    [property: Id(3)] PreparationRefusal? Refusal = null);
