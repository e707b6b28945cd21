namespace Cluster.Plans;

/// <summary>Digests (SHA-256) of everything that a plan's artefact is built from.</summary>
/// <param name="Model">The FP32 model file.</param>
/// <param name="Calibration">The stored calibration statistics.</param>
/// <param name="Corrections">Corrected biases, if any.</param>
/// <param name="Learned">Learned weights, ranges and biases, if any.</param>
/// <param name="Prepared">
/// The changes to the FP32 network before it was quantized (<see cref="Changes"/>): "equalized", "RGBA pixels", or both with a comma
/// between; null if there were none.
/// </param>
public sealed record BuiltFrom(
    string Model,
    string Calibration,
    string? Corrections = null,
    string? Learned = null,
    string? Prepared = null)
{
    /// <summary>The value of <see cref="Prepared"/> for a network whose channels were equalized across layers.</summary>
    public const string Equalized = "equalized";

    private const string Pixels = " pixels";

    /// <summary>Whether channels were equalized across layers.</summary>
    [JsonIgnore]
    public bool IsEqualized => All.Contains(Equalized);

    /// <summary>The channels of the pixels that files take instead of floats, "RGBA" or "RGB"; null: floats.</summary>
    [JsonIgnore]
    public string? Channels =>
        All.FirstOrDefault(change => change.EndsWith(Pixels, StringComparison.Ordinal))?[..^Pixels.Length];

    private string[] All => Prepared?.Split(", ") ?? [];

    /// <summary>The value of <see cref="Prepared"/>.</summary>
    /// <param name="isEqualized">Whether channels were equalized across layers.</param>
    /// <param name="channels">The channels of the pixels that files take; null: floats.</param>
    public static string? Changes(bool isEqualized, string? channels) =>
        string.Join(", ", new[] { isEqualized ? Equalized : null, channels is null ? null : channels + Pixels }.OfType<string>())
            is { Length: > 0 } changes ? changes : null;
}
