using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Base of grain classes: single-threaded, one request at a time unless it says otherwise.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <exception cref="InvalidOperationException">It is not the runtime that creates the grain.</exception>
    protected Grain() => GrainContext = RuntimeContext.Current
        ?? throw new InvalidOperationException("Grain was created outside of the Orleans creation process and no runtime was specified.");

    public IGrainContext GrainContext { get; }

    /// <summary>Type and key, as in logs.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    protected IGrainFactory GrainFactory => ServiceProvider.GetRequiredService<IGrainFactory>();

    protected internal IServiceProvider ServiceProvider => Activation.Of(this).ActivationServices;

    /// <summary>Runs before the first request; its failure fails the requests that wait.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last request where the process still can: never the place to save what must not be lost.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);
}

/// <summary>Deactivation, for grains with and without the base class.</summary>
public static class GrainBaseExtensions
{
    /// <summary>Deactivates once the running requests have ended.</summary>
    public static void DeactivateOnIdle(this IGrainBase grain) =>
        Activation.Of(grain).Deactivate(new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));
}
