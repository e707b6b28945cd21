namespace Cluster.Client.Transfers;

/// <summary>A model as one file: as it is, or with the data that it keeps in other files put in.</summary>
/// <param name="path">Where it lies.</param>
/// <param name="whole">The one file.</param>
internal sealed class ModelSource(string path, byte[] whole) : IUploadSource
{
    public string Name => Path.GetFileName(path);

    public long EstimatedBytes => whole.LongLength;

    public string Key => $"model\n{Path.GetFullPath(path)}";

    public Task WriteToAsync(Stream destination, CancellationToken cancellation) =>
        destination.WriteAsync(whole, cancellation).AsTask();
}
