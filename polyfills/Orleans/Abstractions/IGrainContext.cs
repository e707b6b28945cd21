namespace Orleans.Runtime;

/// <summary>One activation, as its grain sees it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    /// <summary>Null while the grain is being constructed.</summary>
    object? GrainInstance { get; }

    /// <summary>Services of this activation: scoped services live as long as it does.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation is gone.</summary>
    Task Deactivated { get; }

    /// <summary>Deactivates once the running requests have ended; requests that wait move to the next activation.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
