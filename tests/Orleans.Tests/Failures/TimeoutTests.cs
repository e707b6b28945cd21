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
}
