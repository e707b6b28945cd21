namespace Cluster.Client.Transfers;

/// <summary>A model as one file: unchanged, or with its data from other files put in.</summary>
/// <param name="path">The model's path.</param>
/// <param name="whole">The bytes of the one file.</param>
internal sealed class ModelSource(string path, byte[] whole) : IUploadSource
{
    public string Name => Path.GetFileName(path);

    public long EstimatedBytes => whole.LongLength;

    public string Key => $"model\n{Path.GetFullPath(path)}";

    public Task WriteToAsync(Stream destination, CancellationToken cancellation) =>
        destination.WriteAsync(whole, cancellation).AsTask();
}
