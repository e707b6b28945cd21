namespace Cluster.Export.Forms;

/// <summary>Names of the nodes that a layer's form needs: the layer's own, a slash and a word.</summary>
public static class FormNames
{
    private const string Part = "/part";

    /// <summary>Whether a node computes a layer, or a part of it.</summary>
    public static bool IsOf(string node, string layer) => node == layer
        || (node.StartsWith(layer + Part, StringComparison.Ordinal)
            && node.AsSpan(layer.Length + Part.Length).IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>The layer that a node of a form may belong to: its name without the last word.</summary>
    public static string LayerOf(string node) => node.LastIndexOf('/') is > 0 and var slash ? node[..slash] : node;

    /// <summary>Whether a node only prepares what a layer of a file in fast forms reads.</summary>
    public static bool Prepares(string node) =>
        node.EndsWith(StemChannels.Padded, StringComparison.Ordinal) || node.EndsWith(StemChannels.InBlocks, StringComparison.Ordinal)
        || node.EndsWith(SplitGroups.Parts, StringComparison.Ordinal);

    internal static string PartOf(string layer, int part) => $"{layer}{Part}{part}";
}
