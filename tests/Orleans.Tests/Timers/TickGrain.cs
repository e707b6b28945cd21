using Orleans;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

internal sealed class TickGrain : Grain, ITickGrain
{
    private IGrainTimer? _timer;
    private int _ticks;
    private bool _fail;

    public Task StartAsync(TimeSpan dueTime, TimeSpan period, bool interleave, bool keepAlive)
    {
        var options = new GrainTimerCreationOptions(dueTime, period) { Interleave = interleave, KeepAlive = keepAlive };
        _timer = this.RegisterGrainTimer(TickAsync, "state", options);
        return Task.CompletedTask;
    }

    public Task ChangeAsync(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task FailNextAsync()
    {
        _fail = true;
        return Task.CompletedTask;
    }

    public async Task BlockAsync(string gate)
    {
        Gate.Open(gate + " blocks");
        await Gate.PassedAsync(gate);
    }

    public Task<int> CountAsync() => Task.FromResult(_ticks);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Gate.Open(this.GetPrimaryKeyString() + " gone");
        return Task.CompletedTask;
    }

    private async Task TickAsync(string state, CancellationToken cancellationToken)
    {
        await Task.Yield();
        _ticks++;
        Gate.Open($"{this.GetPrimaryKeyString()} {state} {_ticks}");
        if (_fail)
        {
            _fail = false;
            throw new InvalidOperationException("a tick failed");
        }
    }
}
