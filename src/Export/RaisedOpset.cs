namespace Cluster.Export;

/// <summary>
/// Writes operators in the form of a later opset: since 18 the axes of reductions are an input, since 21 GroupNormalization has one
/// scale and shift a channel, no longer one a group. Of the operators here a later opset changes no others.
/// </summary>
/// <param name="network">The network that the file was made from.</param>
/// <param name="names">Names that are new to the file.</param>
internal sealed class RaisedOpset(ModelGraph network, NameSource names)
{
    private const int InputAxes = 18;
    private const int ChannelScales = 21;

    /// <summary>The file in the opset that it states.</summary>
    /// <param name="file">Its nodes are in the form of the network's opset and keep their names.</param>
    public ModelGraph Apply(ModelGraph file)
    {
        bool axes = network.Opset < InputAxes && file.Opset >= InputAxes;
        bool channels = network.Opset < ChannelScales && file.Opset >= ChannelScales
            && network.Nodes.Any(node => node.OpType == "GroupNormalization");
        if (!axes && !channels)
        {
            return file;
        }

        var constants = file.Initializers.ToDictionary(StringComparer.Ordinal);
        var shapes = channels ? ShapeInference.Infer(network, 1) : new Dictionary<string, long[]>(StringComparer.Ordinal);
        var outputs = network.Nodes.ToDictionary(node => node.Name, node => node.Output, StringComparer.Ordinal);
        return file with
        {
            Nodes = [.. file.Nodes.Select(node =>
                axes && node.OpType is "ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceL1" or "ReduceL2" ? WithInput(node, constants)
                : channels && node.OpType == "GroupNormalization" ? WithChannels(node, shapes[outputs[node.Name]][1], constants)
                : node)],
            Initializers = constants,
        };
    }

    private GraphNode WithInput(GraphNode node, Dictionary<string, TensorData> constants)
    {
        if (node.GetInts("axes") is not { } axes)
        {
            return node;
        }

        string name = names.Part(node.Name, "_axes");
        constants[name] = TensorData.FromInt64([axes.Count], [.. axes]);
        return node.Without("axes").WithInput(1, name);
    }

    private GraphNode WithChannels(GraphNode node, long channels, Dictionary<string, TensorData> constants)
    {
        foreach (int input in (int[])[1, 2])
        {
            var groups = constants[node.Inputs[input]];
            int size = TensorData.ElementSize(groups.Type);
            var values = groups.Bytes;
            string name = names.Value(node.Inputs[input] + "_channels");
            constants[name] = new TensorData(
                groups.Type,
                [channels],
                Enumerable.Range(0, (int)channels)
                    .SelectMany(channel => values.Slice((int)(channel * groups.Count / channels) * size, size).ToArray())
                    .ToArray());
            node = node.WithInput(input, name);
        }

        return node;
    }
}
