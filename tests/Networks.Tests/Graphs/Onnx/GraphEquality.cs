namespace Cluster.Networks.Tests.Graphs.Onnx;

/// <summary>Compares graphs by content, where records compare lists by reference.</summary>
internal static class GraphEquality
{
    public static void ShouldEqual(this ModelGraph actual, ModelGraph expected)
    {
        actual.Name.ShouldBe(expected.Name);
        actual.Opset.ShouldBe(expected.Opset);
        actual.Inputs.Select(Text).ShouldBe(expected.Inputs.Select(Text));
        actual.Outputs.Select(Text).ShouldBe(expected.Outputs.Select(Text));
        actual.Nodes.Select(Text).ShouldBe(expected.Nodes.Select(Text));
        actual.Initializers.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + Text(pair.Value))
            .ShouldBe(expected.Initializers.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + Text(pair.Value)));
    }

    private static string Text(ValueInfo value) => $"{value.Name} {value.Type} [{string.Join(',', value.Shape)}] {value.ShapeKnown}";

    private static string Text(GraphNode node)
    {
        var attributes = node.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Text(pair.Value)}");
        return $"{node.Name} {node.OpType} ({string.Join(',', node.Inputs)}) -> ({string.Join(',', node.Outputs)}) "
            + $"{string.Join(' ', attributes)}";
    }

    private static string Text(AttributeValue value) =>
        $"{value.Int}|{value.Float}|{value.Text}|{Join(value.Ints)}|{Join(value.Floats)}|"
        + (value.Tensor is { } tensor ? Text(tensor) : string.Empty);

    private static string Join<T>(IReadOnlyList<T>? values) => values is null ? "-" : string.Join(',', values);

    private static string Text(TensorData tensor) =>
        $"{tensor.Type}[{string.Join(',', tensor.Shape)}]"
        + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(tensor.Bytes.Span));
}
