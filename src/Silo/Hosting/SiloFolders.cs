using Cluster.Evaluation.Nodes;

namespace Cluster.Silo.Hosting;

/// <summary>The files of a silo.</summary>
internal sealed class SiloFolders(SiloOptions options)
{
    public string Root { get; } = Path.GetFullPath(options.DataFolder);

    public string Artefacts => options.Artefacts is { } shared ? Path.GetFullPath(shared) : Path.Combine(Root, "artefacts");

    public string PageTokenKey => Path.Combine(Root, "page-token.key");

    public NodeFolders Node => new(Artefacts, Path.Combine(Root, "cache"));
}
