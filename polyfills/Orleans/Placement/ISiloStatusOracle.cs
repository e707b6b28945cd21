using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>What a silo knows of the cluster's members.</summary>
public interface ISiloStatusOracle
{
    bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName);

    /// <summary>Has a listener told of changes for as long as somebody else holds it; false where it is told already.</summary>
    bool SubscribeToSiloStatusEvents(ISiloStatusListener observer);

    bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer);
}
