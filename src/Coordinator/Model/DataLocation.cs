using System.Diagnostics.CodeAnalysis;

namespace Cluster.Coordinator.Model;

/// <summary>The location of a set of images on a node, or as a user types it.</summary>
/// <param name="Spec">A data SPEC such as "folder:calib,labels=val.csv": paths are relative to the tar's root, or absolute if there is no
/// tar.</param>
/// <param name="Artefact">SHA-256 of a tar of the files that the SPEC names, or null if every node shares its absolute paths.</param>
public sealed record DataLocation(string Spec, string? Artefact = null)
{
    /// <summary>What a user typed; null: nothing.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static implicit operator DataLocation?(string? spec) => spec is null ? null : new(spec);

    /// <inheritdoc cref="op_Implicit"/>
    [return: NotNullIfNotNull(nameof(spec))]
    public static DataLocation? FromString(string? spec) => spec;
}
