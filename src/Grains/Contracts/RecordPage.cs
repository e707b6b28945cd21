namespace Cluster.Grains.Contracts;

/// <summary>Records of a job's journal.</summary>
/// <param name="Records">A list of <see cref="JournalRecord"/>, in order, without gaps.</param>
/// <param name="Total">Total number of records in the journal.</param>
/// <param name="Status">The job's status after the last of all records.</param>
[GenerateSerializer]
[Immutable]
[Alias("cluster.recordPage")]
public sealed record RecordPage(
    [property: Id(0)] Carried Records,
    [property: Id(1)] long Total,
    [property: Id(2)] JobStatus Status);
