using Orleans;
using Orleans.Concurrency;

namespace Cluster.OrleansTests;

[Reentrant]
internal sealed class ReentrantStepsGrain : Grain, IReentrantStepsGrain
{
    private readonly Steps _steps = new();

    public Task WriteAsync(string name) => _steps.TakeAsync(this.GetPrimaryKeyString(), name);

    public Task<string[]> LogAsync() => Task.FromResult(_steps.Log());

    public Task<bool> KeepsItsSchedulerAsync() => Steps.KeepsItsSchedulerAsync();
}
