using System.Collections.Immutable;
using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer]
public enum Precision
{
    Int8,
    Fp16,
}

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

/// <summary>Parameters of a record count as annotated.</summary>
[GenerateSerializer]
public sealed record Point(int X, List<int> Marks);

[GenerateSerializer]
public abstract class Shape
{
    [Id(0)]
    public required string Name { get; init; }
}

[GenerateSerializer]
public sealed class Circle : Shape
{
    [Id(0)]
    public required double Radius { get; init; }
}

[GenerateSerializer, Immutable]
public sealed class Frozen
{
    [Id(0)]
    public required int[] Values { get; init; }
}

/// <summary>Not annotated: may not cross.</summary>
public sealed class Bare
{
    public int Value { get; set; }
}

/// <summary>A type of a library that knows no grains.</summary>
public sealed class Foreign(int value)
{
    public int Value { get; } = value;
}

[GenerateSerializer]
public struct ForeignSurrogate
{
    [Id(0)]
    public int Value { get; set; }
}

[RegisterConverter]
public sealed class ForeignConverter : IConverter<Foreign, ForeignSurrogate>
{
    public Foreign ConvertFromSurrogate(in ForeignSurrogate surrogate) => new(surrogate.Value);

    public ForeignSurrogate ConvertToSurrogate(in Foreign value) => new() { Value = value.Value };
}
