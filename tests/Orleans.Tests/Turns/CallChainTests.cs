using Orleans.Configuration;
using Orleans.Hosting;

namespace Cluster.OrleansTests;

public sealed class CallChainTests
{
    [Fact]
    public async Task Cycle_NotAllowed_EndsInTimeoutAndTheGrainServesOn()
    {
        await using var silo = await ImpatientSiloAsync();
        var first = silo.Grains.GetGrain<IChainGrain>("first");
        var second = silo.Grains.GetGrain<IChainGrain>("second");

        await Should.ThrowAsync<TimeoutException>(first.RoundTripAsync(second, allow: false));

        (await second.NameAsync()).ShouldBe("second");
    }

    [Fact]
    public async Task Cycle_Allowed_ComesBack()
    {
        await using var silo = await TestSilo.StartAsync();
        var first = silo.Grains.GetGrain<IChainGrain>("first");
        var second = silo.Grains.GetGrain<IChainGrain>("second");

        (await first.RoundTripAsync(second, allow: true)).ShouldBe("back from first");
    }

    [Fact]
    public async Task Cycle_AllowedForOneChain_DoesNotLetOthersIn()
    {
        await using var silo = await TestSilo.StartAsync();
        var steps = silo.Grains.GetGrain<IPlainStepsGrain>(Gate.New());
        var key = Orleans.GrainExtensions.GetPrimaryKeyString(steps);
        var write = steps.WriteAsync("first");
        await Gate.PassedAsync($"{key} first begun");
        using (Orleans.Runtime.RequestContext.AllowCallChainReentrancy())
        {
            Gate.Open($"{key} second may end");
            var second = steps.WriteAsync("second");
            (await steps.LogAsync()).ShouldBe(["first begins"]);
            Gate.Open($"{key} first may end");
            await Task.WhenAll(write, second);
        }
    }

    private static Task<TestSilo> ImpatientSiloAsync() =>
        TestSilo.StartAsync(silo => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));
}
