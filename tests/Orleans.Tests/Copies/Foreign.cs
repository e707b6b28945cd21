using Orleans;

namespace Cluster.OrleansTests;

/// <summary>A type of a library that knows no grains.</summary>
public sealed class Foreign(int value)
{
    public int Value { get; } = value;
}
