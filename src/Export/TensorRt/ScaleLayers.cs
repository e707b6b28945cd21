namespace Cluster.Export.TensorRt;

/// <summary>
/// Writes a factor for each channel as BatchNormalization, which TensorRT's parser reads as a scale layer and fuses with the activation
/// function behind it; as a convolution it would be a layer of its own.
/// </summary>
internal static class ScaleLayers
{
    public static IReadOnlyList<GraphNode> Write(
        IEnumerable<GraphNode> nodes, Dictionary<string, TensorData> constants, NameSource names) =>
        [.. nodes.Select(node => ChannelFactor.Is(node, constants) ? Scale(node, constants, names) : node)];

    private static GraphNode Scale(GraphNode node, Dictionary<string, TensorData> constants, NameSource names)
    {
        var factors = constants[node.Inputs[1]];
        long[] channels = [factors.Shape[0]];
        return new GraphNode(
            node.Name,
            "BatchNormalization",
            [
                node.Inputs[0],
                Add("_factors", factors.Reshaped(channels)),
                node.HasInput(2) ? node.Inputs[2] : Add("_shifts", All(0)),
                Add("_mean", All(0)),
                Add("_variance", All(1)),
            ],
            node.Outputs,
            ("epsilon", AttributeValue.Of(0f)));

        string Add(string part, TensorData constant)
        {
            string name = names.Part(node.Name, part);
            constants[name] = constant;
            return name;
        }

        TensorData All(float number) =>
            TensorData.FromFloats(channels, [.. Enumerable.Repeat(number, (int)channels[0])]).Narrowed(factors.Type);
    }
}
