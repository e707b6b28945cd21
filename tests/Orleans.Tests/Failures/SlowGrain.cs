using Orleans;

namespace Cluster.OrleansTests;

internal sealed class SlowGrain : Grain, ISlowGrain
{
    private readonly List<string> _log = [];

    public async Task RecordAsync(string gate)
    {
        _log.Add("ran");
        Gate.Open(gate + " ran");
        await Gate.PassedAsync(gate);
        _log.Add("ended");
        Gate.Open(gate + " ended");
    }

    public async Task WaitAsync(string gate, CancellationToken cancellationToken)
    {
        _log.Add("waits");
        Gate.Open(gate + " waits");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _log.Add("cancelled");
            Gate.Open(gate + " cancelled");
            throw;
        }
    }

    public Task<string[]> LogAsync() => Task.FromResult(_log.ToArray());
}
