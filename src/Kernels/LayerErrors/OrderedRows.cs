namespace Cluster.Kernels.LayerErrors;

/// <summary>
/// Outputs whose rows TopK orders by score: two scores that are nearly equal change places, and a row that stands elsewhere is the same
/// row. Compared element by element that is noise without end.
/// </summary>
internal static class OrderedRows
{
    /// <summary>Names of such outputs: tables of rows behind a TopK, and what no layer with weights separates from it.</summary>
    public static IReadOnlySet<string> In(ModelGraph graph)
    {
        HashSet<string> behind = new(StringComparer.Ordinal), near = new(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            bool orders = node is { OpType: "TopK", Domain: "" };
            if (orders || node.Inputs.Any(behind.Contains))
            {
                behind.UnionWith(node.Values);
            }

            if (orders || (node.Inputs.Any(near.Contains) && !HasWeights(node)))
            {
                near.UnionWith(node.Values);
            }
        }

        return graph.Outputs
            .Where(output => near.Contains(output.Name) || (behind.Contains(output.Name) && output.Shape.Count >= 3))
            .Select(output => output.Name)
            .ToHashSet(StringComparer.Ordinal);

        bool HasWeights(GraphNode node) => node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "LSTM" or "GRU"
            && node.Inputs.Any(graph.Initializers.ContainsKey);
    }
}
