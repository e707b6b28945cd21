namespace Cluster.Kernels.Graphs.Passes.Forms;

/// <summary>The nodes that take the place of one; they and their values are called after it.</summary>
internal sealed class Composition(GraphNode of, ModelGraph graph, GraphEditor editor)
{
    private readonly List<GraphNode> _nodes = [];

    public GraphNode Of => of;

    /// <summary>Adds a node; gives its value.</summary>
    public string Add(string type, string[] inputs, params (string Name, AttributeValue Value)[] attributes)
    {
        string value = editor.Names.Value($"{of.Output}/{type}");
        _nodes.Add(new GraphNode(editor.Names.Node($"{of.Name}/{type}"), type, inputs, [value], attributes));
        return value;
    }

    public string Number(float value) => editor.Add($"{of.Name}.number", TensorData.FromFloats([], [value]));

    public string Integers(params long[] values) => editor.Add($"{of.Name}.integers", TensorData.FromInt64([values.Length], values));

    public string Integer(long value) => editor.Add($"{of.Name}.integer", TensorData.FromInt64([], [value]));

    public string Times(string value, float factor) => factor == 1 ? value : Add("Mul", [value, Number(factor)]);

    public string Reshape(string value, params long[] shape) => Add("Reshape", [value, Integers(shape)]);

    public string Transpose(string value, params long[] axes) => Add("Transpose", [value], ("perm", AttributeValue.Of(axes)));

    public string Slice(string value, long from, long to, long axis) =>
        Add("Slice", [value, Integers(from), Integers(to), Integers(axis)]);

    /// <summary>The mean along axes, which stay with size 1.</summary>
    public string Mean(string value, params long[] axes) => graph.Opset >= 18
        ? Add("ReduceMean", [value, Integers(axes)])
        : Add("ReduceMean", [value], ("axes", AttributeValue.Of(axes)));

    /// <summary>All nodes, of which the last ones give the outputs.</summary>
    /// <param name="values">For each output of the node that was replaced; further ones are not read.</param>
    public IReadOnlyList<GraphNode> End(params string[] values) =>
    [
        .. _nodes,
        .. values.Zip(of.Outputs).Where(pair => pair.Second.Length > 0).Select(pair => new GraphNode(
            editor.Names.Node($"{of.Name}/{pair.Second}"), "Identity", [pair.First], [pair.Second])),
    ];
}
