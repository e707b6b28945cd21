namespace Cluster.Mutations.Hostile;

/// <summary>
/// The user's own file as exact, in other operators: what ONNX Runtime makes of both differs by what float32 leaves open. Each Sigmoid is
/// 1 / (1 + exp(-x)), which is exact near 0, and each Conv's results have another last bit, so that a channel that is the same everywhere
/// has another mean.
/// </summary>
internal static class WrittenOtherwise
{
    private const string One = "one otherwise", AboveOne = "above one otherwise";

    public static byte[] Of(byte[] file)
    {
        var model = ModelProto.Parser.ParseFrom(file);
        NodeProto[] given = [.. model.Graph.Node];
        model.Graph.Node.Clear();
        model.Graph.Node.Add([Number(One, 1), Number(AboveOne, MathF.BitIncrement(1)), .. given.SelectMany(Otherwise)]);
        return model.ToByteArray();
    }

    private static IEnumerable<NodeProto> Otherwise(NodeProto node)
    {
        string value = node.Output[0];
        string Before(int steps) => $"{value} before {steps}";
        switch (node.OpType)
        {
            case "Sigmoid":
                return
                [
                    Node("Neg", Before(3), node.Input[0]),
                    Node("Exp", Before(2), Before(3)),
                    Node("Add", Before(1), Before(2), One),
                    Node("Reciprocal", value, Before(1)),
                ];
            case "Conv":
                node.Output[0] = Before(1);
                return [node, Node("Mul", value, Before(1), AboveOne)];
            default:
                return [node];
        }
    }

    private static NodeProto Node(string type, string output, params string[] inputs) =>
        new() { OpType = type, Input = { inputs }, Output = { output } };

    private static NodeProto Number(string name, float value)
    {
        var node = Node("Constant", name);
        node.Attribute.Add(OnnxMessages.Attribute("value", OnnxMessages.Tensor("", OnnxMessages.Float, [], [value])));
        return node;
    }
}
