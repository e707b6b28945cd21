namespace Orleans.Serialization;

/// <summary>A type may not cross between grains: it has no <see cref="GenerateSerializerAttribute"/>.</summary>
[GenerateSerializer]
public sealed class CodecNotFoundException : SerializerException
{
    public CodecNotFoundException(string message)
        : base(message)
    {
    }
}
