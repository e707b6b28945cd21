using Cluster.Coordinator.Ports;

namespace Cluster.Silo.Tests.Api;

/// <summary>A store on a disk without room.</summary>
internal sealed class FullStore : IArtefactStore
{
    private const int NoSpace = 28;

    public Task<string> PutAsync(Stream content, CancellationToken cancellationToken) =>
        throw new IOException("No space left on device", NoSpace);

    public Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken) => throw new NotSupportedException();

    public bool Contains(string sha256) => false;

    public long? SizeOf(string sha256) => null;

    public Stream OpenUnchecked(string sha256) => throw new NotSupportedException();

    public bool Remove(string sha256) => false;
}
