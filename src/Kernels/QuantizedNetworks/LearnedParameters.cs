namespace Cluster.Kernels.QuantizedNetworks;

/// <summary>
/// Numbers that were learned for a plan, and replace what <see cref="PlanResolver"/> would derive from the network and its calibration.
/// Numbers that are not listed are derived as usual. Equal parameters have equal bytes and so an equal <see cref="ComputeDigest"/>.
/// </summary>
public sealed record LearnedParameters
{
    /// <summary>By the name of the weighted node.</summary>
    public IReadOnlyDictionary<string, LearnedWeights> Weights { get; init; } = new Dictionary<string, LearnedWeights>(
        StringComparer.Ordinal);

    /// <summary>By the name of the float tensor that is quantized; codes from <c>Minimum</c> to <c>Maximum</c>, e.g. 0 to 15.</summary>
    public IReadOnlyDictionary<string, QuantizationParameters> Activations { get; init; } = new Dictionary<string, QuantizationParameters>(
        StringComparer.Ordinal);

    /// <summary>FP32 biases by the name of the weighted node, one value an output channel.</summary>
    public IReadOnlyDictionary<string, float[]> Biases { get; init; } = new Dictionary<string, float[]>(StringComparer.Ordinal);

    /// <summary>Writes the file format of <see cref="LearnedFile"/>, deterministic to the byte.</summary>
    public void Save(Stream stream) => stream.Write(LearnedFile.Encode(this));

    /// <summary>SHA-256 of the bytes that <see cref="Save"/> writes, in lower-case hex.</summary>
    public string ComputeDigest() => Convert.ToHexStringLower(SHA256.HashData(LearnedFile.Encode(this)));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="KernelException">The file is damaged, of another kind or of a later version.</exception>
    public static LearnedParameters Load(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return LearnedFile.Decode(memory.ToArray());
    }
}
