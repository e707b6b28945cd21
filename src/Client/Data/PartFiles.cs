namespace Cluster.Client.Data;

/// <summary>The files that a part of a spec needs.</summary>
/// <param name="Name">What the part's path is called in the tar, before a prefix.</param>
/// <param name="Root">The full path of its file or folder.</param>
/// <param name="Labels">The name of its label file in the tar, before a prefix; null where the spec names none.</param>
/// <param name="Files">All files, by their names before a prefix.</param>
internal sealed record PartFiles(string Name, string Root, string? Labels, IReadOnlyList<PackedFile> Files);
