namespace Cluster.Client.Transfers;

/// <summary>A file, unchanged.</summary>
internal sealed class FileSource(string path) : IUploadSource
{
    public string Name => Path.GetFileName(path);

    public long EstimatedBytes => new FileInfo(path).Length;

    public string Key => $"file\n{Path.GetFullPath(path)}";

    public async Task WriteToAsync(Stream destination, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        await file.CopyToAsync(destination, cancellation);
    }
}
