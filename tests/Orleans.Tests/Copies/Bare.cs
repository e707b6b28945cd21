using Orleans;

namespace Cluster.OrleansTests;

/// <summary>Not annotated: may not cross.</summary>
public sealed class Bare
{
    public int Value { get; set; }
}
