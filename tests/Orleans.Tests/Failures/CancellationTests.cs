namespace Cluster.OrleansTests;

public sealed class CancellationTests(SiloFixture silo)
{
    private readonly ISlowGrain _grain = silo.Grains.GetGrain<ISlowGrain>(Gate.New());

    [Fact]
    public async Task Cancel_WhileTheCallRuns_EndsItThereAndHere()
    {
        var gate = Gate.New();
        using var source = new CancellationTokenSource();
        var call = _grain.WaitAsync(gate, source.Token);
        await Gate.PassedAsync(gate + " waits");

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        await Gate.PassedAsync(gate + " cancelled");
        (await _grain.LogAsync()).ShouldBe(["waits", "cancelled"]);
    }

    [Fact]
    public async Task Cancel_BeforeTheCall_NothingRuns()
    {
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await _grain.WaitAsync(Gate.New(), new CancellationToken(canceled: true)));

        (await _grain.LogAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancel_WhileTheCallIsQueued_ItNeverRuns()
    {
        var gate = Gate.New();
        var blocking = _grain.RecordAsync(gate);
        await Gate.PassedAsync(gate + " ran");
        using var source = new CancellationTokenSource();
        var queued = _grain.WaitAsync(Gate.New(), source.Token);

        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(queued);
        await _grain.LogAsync();
        Gate.Open(gate);
        await blocking;

        (await _grain.LogAsync()).ShouldBe(["ran", "ended"]);
    }
}
