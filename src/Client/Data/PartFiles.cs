namespace Cluster.Client.Data;

/// <summary>The files that a part of a spec needs.</summary>
/// <param name="Name">The name of the part's path in the tar, without a prefix.</param>
/// <param name="Root">The full path of its file or folder.</param>
/// <param name="Labels">The name of its label file in the tar, without a prefix; null if the spec names none.</param>
/// <param name="Files">All files, by their names without a prefix.</param>
internal sealed record PartFiles(string Name, string Root, string? Labels, IReadOnlyList<PackedFile> Files)
{
    /// <summary>The name of its alphabet in the tar, without a prefix; null if the spec names none.</summary>
    public string? Alphabet { get; init; }
}
