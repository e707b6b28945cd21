using Cluster.Coordinator.Model;

namespace Cluster.Storage.Files;

/// <summary>What a job is listed and found by, as in <see cref="JobEntry"/>.</summary>
internal sealed record JobLine(string Id, string? RequestId, string Tenant, DateTimeOffset CreatedAt, JobStatus Status);
