namespace Cluster.Learning;

/// <summary>A folder in which learning stores finished work, so that an interrupted run can resume.</summary>
/// <param name="Path">The folder; created if missing.</param>
/// <param name="Write">Writes a file's bytes to a path: completely or not at all, and durable when it returns.</param>
public sealed record StateFolder(string Path, Action<string, byte[]> Write);
