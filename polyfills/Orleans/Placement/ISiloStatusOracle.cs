using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>What a silo knows of the cluster's members.</summary>
public interface ISiloStatusOracle
{
    bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName);
}
