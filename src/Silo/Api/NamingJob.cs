namespace Cluster.Silo.Api;

/// <summary>A job with the artefacts that it names.</summary>
/// <param name="Entry">The job.</param>
/// <param name="Artefacts">The digests of its inputs, learned numbers and published files.</param>
/// <param name="EndedAt">When it ended; null if it has not.</param>
internal sealed record NamingJob(JobEntry Entry, IReadOnlySet<string> Artefacts, DateTimeOffset? EndedAt);
