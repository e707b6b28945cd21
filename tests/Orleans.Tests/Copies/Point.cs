using Orleans;

namespace Cluster.OrleansTests;

/// <summary>Parameters of a record count as annotated.</summary>
[GenerateSerializer]
public sealed record Point(int X, List<int> Marks);
