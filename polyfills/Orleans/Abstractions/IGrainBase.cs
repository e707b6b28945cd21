using Orleans.Runtime;

namespace Orleans;

/// <summary>What a grain class implements, by way of <see cref="Grain"/> or itself.</summary>
public interface IGrainBase
{
    IGrainContext GrainContext { get; }

    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}
