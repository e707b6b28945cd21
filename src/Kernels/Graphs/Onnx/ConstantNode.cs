namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>Reads a Constant node, which is another form of an initializer.</summary>
internal static class ConstantNode
{
    /// <summary>The value that a Constant node holds.</summary>
    /// <returns>The value, or null if the node is not a Constant.</returns>
    public static TensorData? TryRead(GraphNode node, string what)
    {
        if (node.OpType != "Constant")
        {
            return null;
        }

        AttributeValue? value = node.Attributes.Count == 1 ? node.Attributes.First().Value : null;
        return (node.Attributes.Keys.FirstOrDefault(), value) switch
        {
            ("value", { Tensor: { } tensor }) => tensor,
            ("value_int", { Int: { } number }) => TensorData.FromInt64([], [number]),
            ("value_float", { Float: { } number }) => TensorData.FromFloats([], [number]),
            ("value_ints", { Ints: { } numbers }) => TensorData.FromInt64([numbers.Count], [.. numbers]),
            ("value_floats", { Floats: { } numbers }) => TensorData.FromFloats([numbers.Count], [.. numbers]),
            _ => throw new KernelException(
                $"{what} holds no dense numeric value; expected exactly one of value, value_int, value_ints, "
                + "value_float and value_floats."),
        };
    }
}
