namespace Cluster.Evaluation.Artefacts;

/// <summary>Writes networks for users.</summary>
internal static class ModelFiles
{
    /// <summary>Writes a network, its data before it.</summary>
    /// <returns>The paths of the files: one, or that of the data too.</returns>
    public static IReadOnlyList<string> Write(string path, ModelFile file) => file.WriteTo(path, AtomicFile.Write);
}
