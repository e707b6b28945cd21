using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer]
public struct ForeignSurrogate
{
    [Id(0)]
    public int Value { get; set; }
}
