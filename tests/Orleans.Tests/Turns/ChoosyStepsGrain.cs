using Orleans;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Cluster.OrleansTests;

[MayInterleave(nameof(IsUrgent))]
internal sealed class ChoosyStepsGrain : Grain, IChoosyStepsGrain
{
    private readonly Steps _steps = new();

    public static bool IsUrgent(IInvokable request) =>
        request.GetArgumentCount() > 0 && request.GetArgument(0) is string name && name.StartsWith("urgent", StringComparison.Ordinal);

    public Task WriteAsync(string name) => _steps.TakeAsync(this.GetPrimaryKeyString(), name);

    public Task ReadAsync(string name) => _steps.TakeAsync(this.GetPrimaryKeyString(), name);

    public Task<string[]> LogAsync() => Task.FromResult(_steps.Log());

    public Task<bool> KeepsItsSchedulerAsync() => Steps.KeepsItsSchedulerAsync();
}
