using Cluster.Coordinator.Ports;

namespace Cluster.Silo.Tests.Api;

/// <summary>A store on a disk without room.</summary>
internal sealed class FullStore : IArtefactStore
{
    private const int NoSpace = 28;

    public Task<string> PutAsync(Stream content, CancellationToken cancellationToken) =>
        throw new IOException("No space left on device", NoSpace);

    public Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Stream> OpenUncheckedAsync(string sha256, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> SizeAsync(string sha256, CancellationToken cancellationToken) => Task.FromResult<long?>(null);

    public Task<DateTimeOffset?> StoredAtAsync(string sha256, CancellationToken cancellationToken) =>
        Task.FromResult<DateTimeOffset?>(null);

    public Task TouchAsync(string sha256, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> RemoveAsync(string sha256, DateTimeOffset storedAt, CancellationToken cancellationToken) =>
        Task.FromResult(false);

    public IAsyncEnumerable<StoredArtefact> ListAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<StoredArtefact>();

    public void Tidy(DateTimeOffset before)
    {
        // Nothing was ever written.
    }
}
