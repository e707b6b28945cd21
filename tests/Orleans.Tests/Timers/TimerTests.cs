using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cluster.OrleansTests;

public sealed class TimerTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly string _key = Gate.New();
    private TestSilo? _silo;

    private ITickGrain Grain => _silo!.Grains.GetGrain<ITickGrain>(_key);

    public async ValueTask InitializeAsync() => _silo = await TestSilo.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_time));

    public async ValueTask DisposeAsync() => await _silo!.DisposeAsync();

    [Fact]
    public async Task Timer_DueTimeThenPeriods_TicksThen()
    {
        await Grain.StartAsync(2 * Second, 3 * Second, interleave: false, keepAlive: false);

        _time.Advance(1.9 * Second);
        (await Grain.CountAsync()).ShouldBe(0);
        await TickAsync(0.1 * Second, 1);
        _time.Advance(2.9 * Second);
        (await Grain.CountAsync()).ShouldBe(1);
        await TickAsync(0.1 * Second, 2);
    }

    [Fact]
    public async Task Timer_InfinitePeriod_TicksOnce()
    {
        await Grain.StartAsync(Second, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        await TickAsync(Second, 1);

        _time.Advance(60 * Second);

        (await TurnAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Timer_Changed_KeepsToTheNewTimes()
    {
        await Grain.StartAsync(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        _time.Advance(60 * Second);
        (await TurnAsync()).ShouldBe(0);

        await Grain.ChangeAsync(Second, 5 * Second);

        await TickAsync(Second, 1);
        await TickAsync(5 * Second, 2);
    }

    [Fact]
    public async Task Timer_Disposed_TicksNoMore()
    {
        await Grain.StartAsync(Second, Second, interleave: false, keepAlive: false);
        await TickAsync(Second, 1);

        await Grain.StopAsync();
        _time.Advance(60 * Second);

        (await TurnAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Timer_CallbackThrows_TicksOn()
    {
        await Grain.StartAsync(Second, Second, interleave: false, keepAlive: false);
        await Grain.FailNextAsync();

        await TickAsync(Second, 1);

        await TickAsync(Second, 2);
    }

    [Fact]
    public async Task Timer_RequestRuns_TickWaitsForItsEnd()
    {
        await Grain.StartAsync(Second, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        var gate = Gate.New();
        var blocking = Grain.BlockAsync(gate);
        await Gate.PassedAsync(gate + " blocks");

        _time.Advance(Second);
        (await Grain.CountAsync()).ShouldBe(0);
        Gate.Open(gate);
        await blocking;

        await Gate.PassedAsync($"{_key} state 1");
    }

    [Fact]
    public async Task Timer_Interleaving_TicksWhileARequestRuns()
    {
        await Grain.StartAsync(Second, Timeout.InfiniteTimeSpan, interleave: true, keepAlive: false);
        var gate = Gate.New();
        var blocking = Grain.BlockAsync(gate);
        await Gate.PassedAsync(gate + " blocks");

        _time.Advance(Second);
        await Gate.PassedAsync($"{_key} state 1");
        blocking.IsCompleted.ShouldBeFalse();

        Gate.Open(gate);
        await blocking;
    }

    [Fact]
    public async Task Timer_OfAnIdleActivation_EndsWithIt()
    {
        Assert.SkipUnless(
            typeof(IGrain).Assembly.GetName().Name == "Microsoft.Orleans.Server", "The package looks for idle activations by the wall clock.");

        await Grain.StartAsync(Second, TimeSpan.FromHours(1), interleave: false, keepAlive: false);
        await TickAsync(Second, 1);

        _time.Advance(TimeSpan.FromMinutes(20));
        await Gate.PassedAsync(_key + " gone");
        (await Grain.CountAsync()).ShouldBe(0);

        _time.Advance(TimeSpan.FromHours(2));
        (await TurnAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Timer_KeepingAlive_KeepsItsActivation()
    {
        var period = TimeSpan.FromMinutes(10);
        await Grain.StartAsync(period, period, interleave: false, keepAlive: true);

        // No call in between: only the ticks count as use.
        for (var tick = 1; tick <= 4; tick++)
        {
            var armed = _time.ArmedAsync(period);
            _time.Advance(period);
            await Gate.PassedAsync($"{_key} state {tick}");
            await armed;
        }

        (await Grain.CountAsync()).ShouldBe(4);
    }

    private async Task TickAsync(TimeSpan span, int tick)
    {
        _time.Advance(span);
        await Gate.PassedAsync($"{_key} state {tick}");

        // The next period begins when the callback has ended: a turn after it has seen that end.
        (await TurnAsync()).ShouldBe(tick);
    }

    // A request that does not interleave runs after a tick that came before it.
    private async Task<int> TurnAsync()
    {
        var gate = Gate.New();
        Gate.Open(gate);
        await Grain.BlockAsync(gate);
        return await Grain.CountAsync();
    }
}
