namespace Cluster.Kernels.Learning;

/// <summary>A folder in which learning keeps what it has finished, so that a run that was ended goes on from there.</summary>
/// <param name="Path">The folder; it is made where it is missing.</param>
/// <param name="Write">Writes a file's bytes to a path: whole or not at all, and lasting when it returns.</param>
public sealed record StateFolder(string Path, Action<string, byte[]> Write);
