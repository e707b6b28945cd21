using Cluster.Storage;

namespace Cluster.Silo.Tests.Api.Collection;

/// <summary>Marks folders of artefacts.</summary>
internal static class Owners
{
    /// <summary>The owner of a folder, which is marked as its own.</summary>
    public static ArtefactOwner Of(string folder)
    {
        Mark(folder, "test@1");
        return ArtefactOwner.OfFolder(folder, "test@1");
    }

    public static void Mark(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, ".cluster"), $"{name}\n");
    }
}
