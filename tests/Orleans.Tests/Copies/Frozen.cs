using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer, Immutable]
public sealed class Frozen
{
    [Id(0)]
    public required int[] Values { get; init; }
}
