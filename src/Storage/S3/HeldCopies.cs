namespace Cluster.Storage.S3;

/// <summary>Artefacts whose copies stay on this machine until this is disposed of.</summary>
public sealed class HeldCopies : IAsyncDisposable
{
    private readonly BucketCopies _copies;
    private IReadOnlyList<string> _artefacts;

    internal HeldCopies(BucketCopies copies, IReadOnlyList<string> artefacts)
    {
        (_copies, _artefacts) = (copies, artefacts);
        copies.Hold(artefacts);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var artefacts = _artefacts;
        _artefacts = [];
        await _copies.ReleaseAsync(artefacts);
    }
}
