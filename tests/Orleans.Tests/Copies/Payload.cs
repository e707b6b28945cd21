using System.Collections.Immutable;
using Orleans;

namespace Cluster.OrleansTests;

/// <summary>One of everything that the project sends.</summary>
[GenerateSerializer, Alias("payload")]
public sealed class Payload
{
    [Id(0)]
    public string? Name { get; set; }

    [Id(1)]
    public byte[]? Bytes { get; set; }

    [Id(2)]
    public List<int> Numbers { get; set; } = [];

    [Id(3)]
    public Dictionary<string, Payload> Children { get; set; } = [];

    [Id(4)]
    public Payload? Self { get; set; }

    [Id(5)]
    public ImmutableArray<string> Words { get; set; } = [];

    [Id(6)]
    public DateTimeOffset At { get; set; }

    [Id(7)]
    public TimeSpan? Took { get; set; }

    [Id(8)]
    public Precision Precision { get; set; }

    [Id(9)]
    public float[,]? Matrix { get; set; }

    [Id(10)]
    public (Guid Id, decimal Cost) Pair { get; set; }

    [NonSerialized]
    public string Local = "made anew";
}
