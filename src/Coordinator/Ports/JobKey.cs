namespace Cluster.Coordinator.Ports;

/// <summary>A job's place in lists.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">When it was submitted.</param>
public sealed record JobKey(string Id, DateTimeOffset CreatedAt);
