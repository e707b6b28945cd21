using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer]
public sealed record CounterState([property: Id(0)] int Value, [property: Id(1)] int Overlaps, [property: Id(2)] IReadOnlyList<int> Items);
