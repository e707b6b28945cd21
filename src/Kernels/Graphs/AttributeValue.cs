namespace Cluster.Kernels.Graphs;

/// <summary>One attribute of a node: exactly one of the members is set.</summary>
public sealed record AttributeValue
{
    public long? Int { get; init; }

    public float? Float { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<long>? Ints { get; init; }

    public IReadOnlyList<float>? Floats { get; init; }

    public TensorData? Tensor { get; init; }

    public static AttributeValue Of(long value) => new() { Int = value };

    public static AttributeValue Of(float value) => new() { Float = value };

    public static AttributeValue Of(string value) => new() { Text = value };

    public static AttributeValue Of(IReadOnlyList<long> values) => new() { Ints = values };

    public static AttributeValue Of(IReadOnlyList<float> values) => new() { Floats = values };

    public static AttributeValue Of(TensorData value) => new() { Tensor = value };
}
