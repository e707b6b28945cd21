using Orleans.Configuration;
using Orleans.Hosting;

namespace Cluster.OrleansTests;

public sealed class TimeoutTests
{
    [Fact]
    public async Task Call_NoAnswerInTime_IsAnUnknownOutcome()
    {
        await using var silo = await TestSilo.StartAsync(builder =>
            builder.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromMilliseconds(500)));
        var grain = silo.Grains.GetGrain<ISlowGrain>("slow");
        var gate = Gate.New();

        await Should.ThrowAsync<TimeoutException>(grain.RecordAsync(gate));

        // The caller gave up; the call did not.
        Gate.Open(gate);
        await Gate.PassedAsync(gate + " ended");
        (await grain.LogAsync()).ShouldBe(["ran", "ended"]);
    }

    [Fact]
    public async Task Call_MethodHasItsOwnTimeout_ItCounts()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ISlowGrain>("slow");
        var gate = Gate.New();

        var failure = await Should.ThrowAsync<TimeoutException>(grain.RecordImpatientlyAsync(gate));

        failure.Message.ShouldContain("00:00:00.5");
        Gate.Open(gate);
    }

    [Fact]
    public async Task OneWayCall_CompletesBeforeItRunsAndItsFailureIsNotSeen()
    {
        await using var silo = await TestSilo.StartAsync();
        var gate = Gate.New();

        await silo.Grains.GetGrain<ISlowGrain>("slow").NotifyAsync(gate);

        Gate.Open(gate);
        await Gate.PassedAsync(gate + " notified");
        (await silo.Grains.GetGrain<ISlowGrain>("slow").LogAsync()).ShouldBeEmpty();
    }
}
