using Cluster.Evaluation.Inputs;

namespace Cluster.Evaluation.Nodes.Data;

/// <summary>A job's files on this node. Unpacked ones stay until this is disposed of.</summary>
/// <param name="inputs">The files.</param>
/// <param name="unpacked">Keeps the unpacked folders.</param>
internal sealed class LocatedFiles(LocalInputs inputs, IReadOnlyList<CachedFolder> unpacked) : IDisposable
{
    public LocalInputs Inputs => inputs;

    public void Dispose()
    {
        foreach (var folder in unpacked)
        {
            folder.Dispose();
        }
    }
}
