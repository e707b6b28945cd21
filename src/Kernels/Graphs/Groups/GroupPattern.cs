using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cluster.Kernels.Graphs.Groups;

/// <summary>
/// What groups of a repeated block have in common: the same operators with the same attributes, wired in the same way, on constants of
/// the same shapes up to one factor of their widths. So the blocks of a residual stage are alike, and so are those of two stages of
/// different width; the first block of a stage, which changes the width or strides, is another pattern.
/// </summary>
public static class GroupPattern
{
    // Of a hash in hexadecimal: enough to tell some hundred groups apart.
    private const int Digits = 16;

    /// <summary>A hash that is equal for groups of one pattern and different for others.</summary>
    /// <param name="graph">The graph that the group is of: its constants are looked up there.</param>
    /// <param name="group">One of its groups.</param>
    public static string Of(ModelGraph graph, LayerGroup group)
    {
        var text = new StringBuilder();
        var made = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in group.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{node.Domain}.{node.OpType}");
            foreach (var (name, value) in node.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $" {name}={(IsDepthwise(graph, node, name) ? "channels" : Text(value))}");
            }

            text.AppendJoin(',', node.Inputs.Select(input => Text(graph, made, input))).Append(';');
            foreach (string output in node.Outputs)
            {
                made.TryAdd(output, made.Count);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Digits];
    }

    private static bool IsDepthwise(ModelGraph graph, GraphNode node, string attribute) =>
        node.OpType == "Conv"
        && attribute == "group"
        && graph.Initializers.TryGetValue(node.Inputs[1], out var weight)
        && weight.Shape[0] == node.GetInt("group", 1);

    private static string Text(ModelGraph graph, Dictionary<string, int> made, string input) => input.Length == 0 ? "-"
        : graph.Initializers.TryGetValue(input, out var constant) ? $"[{string.Join('x', UpToWidth(constant.Shape))}]"
        : made.TryGetValue(input, out int place) ? place.ToString(CultureInfo.InvariantCulture)
        : "x";

    // Kernels are as they are; the first two sizes of a tensor, which are widths, are reduced by what both have in common.
    private static IEnumerable<long> UpToWidth(long[] shape)
    {
        long common = shape.Take(2).Aggregate(0L, GreatestCommonDivisor);
        return shape.Select((size, i) => i < 2 ? size / Math.Max(1, common) : size);
    }

    private static long GreatestCommonDivisor(long x, long y) => y == 0 ? x : GreatestCommonDivisor(y, x % y);

    private static string Text(AttributeValue value) => value switch
    {
        { Int: { } number } => number.ToString(CultureInfo.InvariantCulture),
        { Float: { } number } => number.ToString("R", CultureInfo.InvariantCulture),
        { Text: { } text } => text,
        { Ints: { } numbers } => string.Join(',', numbers),
        { Floats: { } numbers } => string.Join(',', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))),
        { Texts: { } texts } => string.Join(',', texts),
        { Tensor: { } tensor } => string.Join('x', tensor.Shape),
        _ => string.Empty,
    };
}
