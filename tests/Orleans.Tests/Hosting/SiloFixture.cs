using Orleans;

namespace Cluster.OrleansTests;

/// <summary>The silo that tests without wishes of their own share.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private TestSilo? _silo;

    public IGrainFactory Grains => _silo!.Grains;

    public async ValueTask InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async ValueTask DisposeAsync() => await _silo!.DisposeAsync();
}
