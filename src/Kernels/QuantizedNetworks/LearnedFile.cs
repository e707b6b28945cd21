namespace Cluster.Kernels.QuantizedNetworks;

/// <summary>
/// The file of learned parameters: 8 bytes of magic, the version and the length of the header (int32, little-endian), a
/// JSON header that lists weights, activations and biases in ordinal order, the body, and the SHA-256 of all before it.
/// The body has, in the header's order, each weight's codes (int8) and scales (float32), then each activation's scale
/// (float32), then each bias (float32), little-endian.
/// </summary>
internal static class LearnedFile
{
    private static readonly SealedFile<Header> Format = new(
        "CLSTLERN",
        1,
        "The file of learned parameters",
        "holds no learned parameters; give the one that a reconstruction or a training wrote",
        makeAgain: "learn them again",
        repair: "restore it or learn them again");

    public static byte[] Encode(LearnedParameters parameters)
    {
        using var body = new MemoryStream();
        var header = new Header(
            [.. InOrder(parameters.Weights).Select(pair => new Weight(pair.Key, pair.Value.Codes.Length, pair.Value.Scales.Length))],
            [
                .. InOrder(parameters.Activations)
                    .Select(pair => new Activation(pair.Key, pair.Value.ZeroPoint, pair.Value.Minimum, pair.Value.Maximum)),
            ],
            [.. InOrder(parameters.Biases).Select(pair => new Bias(pair.Key, pair.Value.Length))]);
        foreach (var (_, weights) in InOrder(parameters.Weights))
        {
            body.Write(weights.Codes);
            body.Write(weights.Scales);
        }

        body.Write(InOrder(parameters.Activations).Select(pair => pair.Value.Scale).ToArray());
        foreach (var (_, bias) in InOrder(parameters.Biases))
        {
            body.Write(bias);
        }

        return Format.Seal(header, body);
    }

    public static LearnedParameters Decode(byte[] bytes) => Format.Open(bytes, (header, body) => new LearnedParameters
    {
        Weights = header.Weights.ToDictionary(
            entry => entry.Node,
            entry => new LearnedWeights(body.Take<sbyte>(entry.Codes), body.Take<float>(entry.Scales)),
            StringComparer.Ordinal),
        Activations = header.Activations.ToDictionary(
            entry => entry.Tensor,
            entry => new QuantizationParameters(body.Take<float>(1)[0], entry.ZeroPoint, entry.Minimum, entry.Maximum),
            StringComparer.Ordinal),
        Biases = header.Biases.ToDictionary(entry => entry.Node, entry => body.Take<float>(entry.Channels), StringComparer.Ordinal),
    });

    private static IEnumerable<KeyValuePair<string, T>> InOrder<T>(IReadOnlyDictionary<string, T> items) =>
        items.OrderBy(item => item.Key, StringComparer.Ordinal);

    private sealed record Header(IReadOnlyList<Weight> Weights, IReadOnlyList<Activation> Activations, IReadOnlyList<Bias> Biases);

    private sealed record Weight(string Node, int Codes, int Scales);

    private sealed record Activation(string Tensor, int ZeroPoint, int Minimum, int Maximum);

    private sealed record Bias(string Node, int Channels);
}
