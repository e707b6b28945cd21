namespace Cluster.Kernels.Equalization;

/// <summary>
/// Finds the next layer that is the only reader of a layer's channels, through positively homogeneous operators that keep channels apart.
/// </summary>
internal sealed class HomogeneousChains(ModelGraph graph)
{
    private readonly NodeRoles _roles = new(graph);
    private readonly ILookup<string, GraphNode> _readers = graph.Readers();

    /// <summary>
    /// Convolutions and products of rows: their channels are axis 1. A MatMul that could not become a Gemm has them last.
    /// </summary>
    public bool IsLayer(GraphNode node) => node.OpType is "Conv" or "Gemm" && _roles.Of(node) == NodeRole.Weighted;

    /// <summary>The layer to pair <paramref name="layer"/> with, or a sentence that says why not.</summary>
    public (GraphNode? Next, string Reason) Next(GraphNode layer)
    {
        if (SharesConstants(layer))
        {
            return (null, $"'{layer.Name}' shares its weights with another layer.");
        }

        string tensor = layer.Output;
        while (true)
        {
            var readers = _readers[tensor].ToList();
            if (graph.Outputs.Any(output => output.Name == tensor) || readers.Count == 0)
            {
                return (null, $"'{layer.Name}' gives the network's output.");
            }

            if (readers is not [var reader])
            {
                return (null, $"'{layer.Name}' has {readers.Count} readers of '{tensor}', which would all have to be scaled.");
            }

            if (IsLayer(reader) && reader.Inputs[0] == tensor)
            {
                return SharesConstants(reader)
                    ? (null, $"'{reader.Name}', which follows '{layer.Name}', shares its weights with another layer.")
                    : (reader, "");
            }

            if (!IsHomogeneous(reader))
            {
                return (null, $"'{layer.Name}' is followed by {reader.OpType} '{reader.Name}', which does not scale with its input.");
            }

            tensor = reader.Output;
        }
    }

    private bool SharesConstants(GraphNode layer) =>
        layer.Inputs.Skip(1).Any(constant => constant.Length > 0 && _readers[constant].Count() > 1);

    private bool IsHomogeneous(GraphNode node) => node.OpType switch
    {
        "Relu" or "LeakyRelu" or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool" => true,
        "Flatten" => node.GetInt("axis", 1) == 1,
        "Pad" => _roles.Of(node) == NodeRole.ScalePreserving && KeepsChannels(node),
        "Clip" => (End(node, 1) is null or 0 or <= float.MinValue) && (End(node, 2) is null or >= float.MaxValue),
        _ => false,
    };

    private bool KeepsChannels(GraphNode pad) =>
        graph.Initializers.TryGetValue(pad.Inputs[1], out var pads) && pads.As<long>() is var amounts && amounts.Length % 2 == 0
        && amounts[1] == 0 && amounts[(amounts.Length / 2) + 1] == 0;

    private float? End(GraphNode clip, int input) => clip.HasInput(input) ? graph.Initializers[clip.Inputs[input]].As<float>()[0] : null;
}
