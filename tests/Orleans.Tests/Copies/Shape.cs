using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer]
public abstract class Shape
{
    [Id(0)]
    public required string Name { get; init; }
}
