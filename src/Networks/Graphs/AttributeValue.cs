namespace Cluster.Networks.Graphs;

/// <summary>One attribute of a node: exactly one of its properties is set.</summary>
public sealed record AttributeValue
{
    /// <summary>INT.</summary>
    public long? Int { get; init; }

    /// <summary>FLOAT.</summary>
    public float? Float { get; init; }

    /// <summary>STRING, decoded as UTF-8.</summary>
    public string? Text { get; init; }

    /// <summary>INTS.</summary>
    public IReadOnlyList<long>? Ints { get; init; }

    /// <summary>FLOATS.</summary>
    public IReadOnlyList<float>? Floats { get; init; }

    /// <summary>STRINGS, decoded as UTF-8.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>TENSOR.</summary>
    public TensorData? Tensor { get; init; }

    /// <summary>GRAPH: the body of a node, such as a branch or a loop.</summary>
    public GraphBody? Body { get; init; }

    /// <summary>Makes an INT attribute.</summary>
    public static AttributeValue Of(long value) => new() { Int = value };

    /// <summary>Makes a FLOAT attribute.</summary>
    public static AttributeValue Of(float value) => new() { Float = value };

    /// <summary>Makes a STRING attribute.</summary>
    public static AttributeValue Of(string value) => new() { Text = value };

    /// <summary>Makes an INTS attribute.</summary>
    public static AttributeValue Of(IReadOnlyList<long> values) => new() { Ints = values };

    /// <summary>Makes a FLOATS attribute.</summary>
    public static AttributeValue Of(IReadOnlyList<float> values) => new() { Floats = values };

    /// <summary>Makes a STRINGS attribute.</summary>
    public static AttributeValue Of(IReadOnlyList<string> values) => new() { Texts = values };

    /// <summary>Makes a TENSOR attribute.</summary>
    public static AttributeValue Of(TensorData value) => new() { Tensor = value };
}
