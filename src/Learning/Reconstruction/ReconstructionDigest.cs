namespace Cluster.Learning.Reconstruction;

/// <summary>
/// SHA-256 of everything a reconstruction depends on: settings, bits and ranges, the graph with its constants, the
/// preprocessed images.
/// </summary>
internal static class ReconstructionDigest
{
    private const string Version = "reconstruction 2";

    public static string Of(GroupedGraph graph, ReconstructionStart start, ReconstructionOptions options, TensorCache images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(hash, Version);
        Text(hash, options.Canonical());
        foreach (var (node, form) in start.Weights.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Text(hash, $"{node}:{form.Bits}:{form.IsPairSafe}{(form.IsPerTensor ? ":tensor" : string.Empty)}");
        }

        foreach (var (tensor, p) in start.Activations.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Text(hash, $"{tensor}:{p.Scale:R}:{p.ZeroPoint}:{p.Minimum}:{p.Maximum}");
        }

        foreach (string tensor in start.Fixed.Order(StringComparer.Ordinal))
        {
            Text(hash, $"{tensor}:fixed");
        }

        foreach (var (tensor, readers) in start.Readers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Text(hash, $"{tensor}:{string.Join(',', readers.Order(StringComparer.Ordinal))}");
        }

        foreach (var node in graph.Nodes)
        {
            Text(hash, $"{node.Name}:{node.OpType}:{string.Join(',', node.Inputs)}:{string.Join(',', node.Outputs)}");
        }

        foreach (var (name, data) in graph.Graph.Initializers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Text(hash, $"{name}:{string.Join(',', data.Shape)}");
            hash.AppendData(data.Bytes.Span);
        }

        float[] values = new float[images.Elements];
        for (int image = 0; image < images.Images; image++)
        {
            images.Read(image, 0, values);
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Text(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + '\n'));
}
