namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Re-parameterises blocks trained like RepVGG (Ding et al. 2021): a sum of convolutions of one tensor, of its batch normalization and of
/// the tensor itself becomes one convolution, whose kernel contains the smaller ones padded with zeros.
/// </summary>
public static class Reparameterization
{
    /// <summary>The same function with one convolution per block; a graph without such a block is returned unchanged.</summary>
    /// <param name="graph">In normal form (<see cref="GraphNormalizer"/>).</param>
    /// <param name="blocks">How many blocks became one convolution.</param>
    public static ModelGraph Apply(ModelGraph graph, out int blocks)
    {
        var merged = new HashSet<string>(StringComparer.Ordinal);
        for (int before = graph.Nodes.Count + 1; graph.Nodes.Count < before;)
        {
            before = graph.Nodes.Count;
            graph = MergeOnce(graph, merged);
        }

        blocks = merged.Count;
        return blocks == 0 ? graph : DeadCodeElimination.Apply(graph);
    }

    // Each sum loses one of its branches; the sum that contains a merged one is handled in the next sweep.
    private static ModelGraph MergeOnce(ModelGraph graph, HashSet<string> merged)
    {
        var editor = new GraphEditor(graph);
        var uses = PairFusion.CountUses(graph);
        var producers = graph.Nodes.Where(node => node.Outputs.Count == 1).ToDictionary(node => node.Output, StringComparer.Ordinal);
        var nodes = new List<GraphNode>(graph.Nodes.Count);
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (node.OpType != "Add" || Merge(node) is not { } whole)
            {
                nodes.Add(node);
                continue;
            }

            nodes.Add(whole);
            foreach (string input in node.Inputs.Where(input => input != whole.Inputs[0]))
            {
                gone.Add(input);
                merged.Remove(input);
            }

            merged.Add(node.Output);
        }

        return gone.Count == 0 ? graph : editor.Build(nodes.Where(node => node.Outputs.Count != 1 || !gone.Contains(node.Output)));

        GraphNode? Merge(GraphNode sum)
        {
            var own = sum.Inputs.Select(Branch).ToArray();
            int large = Array.FindIndex(own, branch => branch?.Node is not null);
            if (large < 0)
            {
                return null;
            }

            var main = own[large]!;
            var other = own[1 - large]
                ?? (sum.Inputs[1 - large] == main.Source ? LinearBranch.OfSource(main.Source, main.Bias.Length) : null);
            return other is null || other.Source != main.Source
                ? null
                : ParallelConvolutions.Sum(main, other, editor)?.Named(sum);
        }

        LinearBranch? Branch(string tensor) =>
            uses.GetValueOrDefault(tensor) == 1 && !gone.Contains(tensor) && producers.TryGetValue(tensor, out var node)
                ? LinearBranch.OfConvolution(node, editor) ?? LinearBranch.OfNormalization(node, editor)
                : null;
    }

    private static GraphNode Named(this GraphNode convolution, GraphNode sum) =>
        convolution with { Name = sum.Name, Outputs = sum.Outputs };
}
