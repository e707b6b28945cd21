using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer]
public sealed class Circle : Shape
{
    [Id(0)]
    public required double Radius { get; init; }
}
