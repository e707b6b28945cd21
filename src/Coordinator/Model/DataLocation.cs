namespace Cluster.Coordinator.Model;

/// <summary>The location of a set of images on a node.</summary>
/// <param name="Spec">A data SPEC such as "folder:calib,labels=val.csv": paths are relative to the tar's root, or absolute if there is no
/// tar.</param>
/// <param name="Artefact">SHA-256 of a tar of the files that the SPEC names, or null if every node shares its absolute paths.</param>
public sealed record DataLocation(string Spec, string? Artefact = null);
