using Cluster.DataSpecs.Models;

namespace Cluster.Client.Transfers;

/// <summary>A model as one file: unchanged, or with its data from other files put in while it is sent.</summary>
/// <param name="path">The model's path.</param>
internal sealed class ModelSource(string path, ModelFile file) : IUploadSource
{
    public string Name => Path.GetFileName(path);

    public long EstimatedBytes => file.Length;

    public string Key => $"model\n{Path.GetFullPath(path)}";

    public async Task WriteToAsync(Stream destination, CancellationToken cancellation)
    {
        foreach (var part in file.InOne())
        {
            await destination.WriteAsync(part, cancellation);
        }
    }
}
