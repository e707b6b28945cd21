namespace Cluster.Silo.Tests.Page;

/// <summary>Two silos for all tests of the classes in its collection, one with tokens and one without.</summary>
[CollectionDefinition(nameof(PageSilos))]
public sealed class PageSilos : IAsyncLifetime, ICollectionFixture<PageSilos>
{
    private PageSilo? _open;
    private PageSilo? _guarded;

    internal PageSilo Open => _open!;

    internal PageSilo Guarded => _guarded!;

    public async ValueTask InitializeAsync() =>
        (_open, _guarded) = (await PageSilo.StartAsync(), await PageSilo.StartAsync(hasToken: true));

    public async ValueTask DisposeAsync()
    {
        await Open.DisposeAsync();
        await Guarded.DisposeAsync();
    }
}
