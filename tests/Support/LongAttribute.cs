using Xunit.v3;

namespace Cluster.Tests;

/// <summary>
/// Tests by the volume: many networks, files or iterations, kills and faults by schedule, whole documents, clients in other languages.
/// <c>dotnet test</c> runs them; <c>--filter-not-trait Category=Long</c> leaves them out while one works.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LongAttribute : Attribute, ITraitAttribute
{
    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", "Long")];
}
