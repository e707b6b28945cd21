namespace Cluster.Kernels.SmoothQuant;

/// <summary>The part of a network that computes some of its values.</summary>
internal static class PrefixGraph
{
    /// <summary>The values for one batch of samples after another, in their order.</summary>
    /// <param name="values">Float, and not constants.</param>
    /// <param name="threads">Threads of ONNX Runtime.</param>
    public static IEnumerable<IReadOnlyList<TensorData>> Run(
        ModelGraph graph, IReadOnlyList<string> values, ImageBatches samples, int threads, CancellationToken cancellation)
    {
        var prefix = Of(graph, values);
        string[] names = [.. prefix.Outputs.Select(output => output.Name)];
        using var session = OrtSession.Open(OnnxWriter.Write(prefix), new OrtSessionOptions { Threads = threads, AllowSpinning = false });
        for (int batch = 0; batch < samples.Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return session.Run(samples.Inputs(batch), names);
        }
    }

    /// <summary>A network with the same inputs whose outputs are these values, in their order, under other names.</summary>
    /// <param name="values">Float, and not constants.</param>
    private static ModelGraph Of(ModelGraph graph, IReadOnlyList<string> values)
    {
        // Unlike DeadCodeElimination this leaves nodes as they are: of an operator that is unknown here, every output may be required.
        var needed = values.ToHashSet(StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        foreach (var node in graph.Nodes.Reverse().Where(node => node.Outputs.Any(needed.Contains)))
        {
            nodes.Add(node);
            needed.UnionWith(node.Inputs.Where(input => input.Length > 0));
        }

        var names = new NameSource(graph);

        // A value may be an input of the network itself, which cannot be an output under the same name.
        GraphNode[] copies =
        [
            .. values.Select((value, index) => new GraphNode(
                names.Node($"{value}/copy"), "Identity", [value], [names.Value($"{value}/copy{index}")])),
        ];
        return graph with
        {
            Nodes = [.. nodes.AsEnumerable().Reverse(), .. copies],
            Outputs = [.. copies.Select(copy => new ValueInfo(copy.Output, ElementType.Float, []) { ShapeKnown = false })],
            Initializers = graph.Initializers.Where(pair => needed.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal),
        };
    }
}
