using Orleans.Configuration;
using Orleans.Hosting;

namespace Cluster.OrleansTests;

public sealed class CallChainTests
{
    [Fact]
    public async Task Cycle_OfGrainsThatAreNotReentrant_EndsInTimeoutAndTheGrainServesOn()
    {
        await using var silo = await ImpatientSiloAsync();
        var first = silo.Grains.GetGrain<IChainGrain>("first");
        var second = silo.Grains.GetGrain<IChainGrain>("second");

        await Should.ThrowAsync<TimeoutException>(first.RoundTripAsync(second));

        (await second.NameAsync()).ShouldBe("second");
    }

    private static Task<TestSilo> ImpatientSiloAsync() =>
        TestSilo.StartAsync(silo => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));
}
