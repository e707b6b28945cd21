namespace Cluster.Storage.Files;

/// <summary>The fields for listing and finding a job, as in <see cref="JobEntry"/>.</summary>
internal sealed record JobLine(string Id, string? RequestId, string Tenant, DateTimeOffset CreatedAt, JobStatus Status);
