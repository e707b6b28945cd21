namespace Orleans.Runtime;

/// <summary>A grain's type and key: written <c>type/key</c>.</summary>
public readonly record struct GrainId
{
    internal GrainId(string type, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        (Type, Key) = (type, new IdSpan(key));
    }

    public IdSpan Key { get; }

    internal string Type { get; }

    public override string ToString() => $"{Type}/{Key}";
}

/// <summary>A key.</summary>
public readonly record struct IdSpan
{
    private readonly string? _value;

    internal IdSpan(string value) => _value = value;

    public override string ToString() => _value ?? "";
}
