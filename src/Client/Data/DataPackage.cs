namespace Cluster.Client.Data;

/// <summary>The files of a data set, and its spec with paths relative to the root of their tar.</summary>
/// <param name="Files">Sorted by name, each name once.</param>
internal sealed record DataPackage(string Spec, IReadOnlyList<PackedFile> Files);
