namespace Cluster.Export;

/// <summary>
/// The oldest ONNX Runtime that computes a file's numbers, by its opset and operators. Measured with npm's builds of 1.10.0 to 1.30.0 on
/// files in the format version that <see cref="OnnxWriter"/> writes (docs/guide/where.md); older ones were not tried.
/// </summary>
public static class LeastRuntime
{
    /// <summary>The metadata key of the version, such as "1.12".</summary>
    public const string Metadata = "cluster.least_onnxruntime";

    private const int Oldest = 10;

    // Minor versions of ONNX Runtime 1, by the first opset that each adds.
    private static readonly (int Opset, int Minor)[] Opsets =
        [(16, 11), (17, 12), (18, 14), (19, 15), (20, 17), (21, 18), (22, 21), (23, 23), (24, 24), (26, 30)];

    // Opens since 1.17, but with other sums until 1.19.
    private static readonly Dictionary<string, int> Operators = new(StringComparer.Ordinal) { ["MatMulNBits"] = 19 };

    /// <summary>Its version, such as "1.12".</summary>
    public static string Of(ModelGraph file)
    {
        int byOpset = Opsets.Where(known => file.Opset >= known.Opset).Select(known => known.Minor).DefaultIfEmpty(Oldest).Max();
        int byOperator = file.Nodes.Select(node => Operators.GetValueOrDefault(node.OpType)).DefaultIfEmpty().Max();
        return string.Create(CultureInfo.InvariantCulture, $"1.{Math.Max(byOpset, byOperator)}");
    }

    /// <summary>The version that a file states, if any.</summary>
    public static string? StatedIn(ModelGraph file) => file.Metadata.GetValueOrDefault(Metadata);
}
