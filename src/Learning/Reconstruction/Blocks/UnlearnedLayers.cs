namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>Layers that a reconstruction leaves at nearest rounding.</summary>
public static class UnlearnedLayers
{
    /// <summary>A sentence without its full stop that names them and what no gradient passes; null if there are none.</summary>
    public static string? Words(GroupedGraph graph, ReconstructionMethod method)
    {
        var blocks = BlockFinder.Find(graph, method == ReconstructionMethod.AdaRound, ReconstructionOptions.MaximumLayers)
            .Where(block => block.Weighted.Count == 0)
            .Select(block => (
                Layers: block.Nodes.Where(node => graph.Roles.Of(node) == NodeRole.Weighted).Select(node => $"'{node.Name}'").ToArray(),
                Stop: block.Nodes.LastOrDefault(graph.Roles.IsExecuted)))
            .Where(block => block.Layers.Length > 0)
            .ToArray();
        string[] layers = [.. blocks.SelectMany(block => block.Layers)];
        return blocks is [{ Stop: { } stop }, ..]
            ? $"{string.Join(", ", layers)} {(layers.Length == 1 ? "keeps" : "keep")} nearest rounding: no gradient passes '{stop.Name}' "
                + $"({stop.OpType}), which ONNX Runtime executes"
            : null;
    }
}
