using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cluster.OrleansTests;

internal sealed class LifeGrain : Grain, ILifeGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private bool _activated;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (this.GetPrimaryKeyString().StartsWith("stillborn", StringComparison.Ordinal))
        {
            throw new InvalidDataException("its journal is damaged");
        }

        _activated = true;
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Gate.Open($"{this.GetPrimaryKeyString()} {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<Guid> ActivationAsync() => Task.FromResult(_activated ? _activation : Guid.Empty);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task LeaveAfterAsync(string gate)
    {
        Gate.Open(gate + " runs");
        await Gate.PassedAsync(gate);
        DeactivateOnIdle();
    }

    public Task<int> ScopedServiceAsync() => Task.FromResult(ServiceProvider.GetRequiredService<TimeProvider>() is null ? 0 : 1);
}
