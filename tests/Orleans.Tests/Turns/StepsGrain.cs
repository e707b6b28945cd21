using Orleans;

namespace Cluster.OrleansTests;

internal sealed class StepsGrain : Grain, IPlainStepsGrain
{
    private readonly Steps _steps = new();

    public Task WriteAsync(string name) => _steps.TakeAsync(this.GetPrimaryKeyString(), name);

    public Task<string[]> LogAsync() => Task.FromResult(_steps.Log());

    public Task<bool> KeepsItsSchedulerAsync() => Steps.KeepsItsSchedulerAsync();
}
