using Cluster.Learning;

namespace Cluster.Tests;

internal static class States
{
    /// <summary>A test's folder as one that learning keeps its state in.</summary>
    public static StateFolder State(this WorkFolder folder) => new(folder.Root, File.WriteAllBytes);
}
