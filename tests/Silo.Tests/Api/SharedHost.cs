namespace Cluster.Silo.Tests.Api;

/// <summary>One host for all tests of a class that ask nothing special of it.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    private ApiHost? _host;

    internal ApiHost Host => _host!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
