namespace Cluster.Export;

/// <summary>What the writers of QDQ files share: the file's nodes and constants, and the names in it.</summary>
internal abstract class QdqWriter
{
    private readonly FloatCasting _casting;

    protected QdqWriter(QuantizedNetwork network)
    {
        Network = network;
        Names = new NameSource(network.Graph.Graph);
        _casting = new FloatCasting(network.Graph, network.Layout, Nodes, Constants, Names);

        // Outputs that depend on no input: no node may read them.
        KeepConstants(network.Graph.Graph.Outputs.Select(output => output.Name));
    }

    protected QuantizedNetwork Network { get; }

    /// <summary>New names: what belongs to a layer is named after the layer, what belongs to a tensor after the tensor.</summary>
    protected NameSource Names { get; }

    protected List<GraphNode> Nodes { get; } = [];

    protected Dictionary<string, TensorData> Constants { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Nodes without the needless: if every reader only moves codes, nothing reads the real numbers, but ONNX Runtime would still compute
    /// them; the same holds for a Cast without readers.
    /// </summary>
    protected List<GraphNode> ReadNodes()
    {
        var read = Nodes.SelectMany(node => node.Inputs).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Nodes.Where(node =>
                node.OpType is not ("DequantizeLinear" or "Cast") || read.Contains(node.Output) || Network.Graph.IsOutput(node.Output))
        ];
    }

    /// <summary>Writes a node: in 16 bits, or over quantized inputs.</summary>
    protected void EmitNode(GraphNode node)
    {
        if (Network.Layout.FloatOf(node).IsHalf)
        {
            _casting.Emit(node, tensor => Seen(tensor, node));
            return;
        }

        string[] inputs = [.. node.Inputs.Select(input => Seen(input, node))];
        if (Network.Layout.HasQuantizedWeights(node))
        {
            inputs[1] = EmitWeights(node);
            if (Network.HasBias(node))
            {
                inputs = [inputs[0], inputs[1], EmitBias(node)];
            }
        }

        if (Network.RuntimeNode(node, Names) is { } own)
        {
            foreach (var (name, constant) in own.Constants)
            {
                Constants[name] = constant;
            }

            inputs = [.. own.Node.Inputs.Select(input => Seen(input, node))];
            KeepConstants(inputs);
            if (own.Before.Count == 0)
            {
                Nodes.Add(own.Node with { Inputs = inputs });
                return;
            }

            // The layer itself, in float.
            Nodes.AddRange(own.Before);
            EmitFloats(node, inputs);
            return;
        }

        KeepConstants(inputs);
        EmitFloats(node, inputs);
    }

    /// <summary>Writes a node between the pairs.</summary>
    /// <param name="inputs">What it reads in the file.</param>
    protected virtual void EmitFloats(GraphNode node, string[] inputs) => Nodes.Add(node with { Inputs = inputs });

    /// <summary>Writes the weights; returns the name under which the layer reads them.</summary>
    protected abstract string EmitWeights(GraphNode node);

    /// <summary>Writes the bias in float; returns its name.</summary>
    protected virtual string EmitBias(GraphNode node)
    {
        float[] bias = Network.Bias(node);
        string name = Names.Part(node.Name, "_bias");
        Constants[name] = TensorData.FromFloats([bias.Length], bias);
        return name;
    }

    protected void KeepConstants(IEnumerable<string> values)
    {
        foreach (string value in values.Where(Network.Graph.Graph.Initializers.ContainsKey))
        {
            Constants[value] = Network.Graph.Graph.Initializers[value];
        }
    }

    /// <summary>Name of the tensor of codes that DQ reads.</summary>
    protected string CodesOf(string tensor) => Names.Part(tensor, "_codes");

    protected string Dequantized(string tensor) => Names.Part(tensor, "_dequantized");

    /// <summary>The file in an opset that has its operators.</summary>
    protected ModelGraph Raised(ModelGraph file) => new RaisedOpset(Network.Graph.Graph, Names).Apply(file);

    protected GraphNode Node(string type, string name, string[] inputs, string output, int? axis = null) =>
        new(Names.Node(name), type, inputs, [output], axis is { } channel ? [("axis", AttributeValue.Of(channel))] : []);

    private string Seen(string tensor, GraphNode reader) =>
        tensor.Length > 0 && Network.Layout.PointFor(tensor, reader) is not null ? Dequantized(tensor) : tensor;
}
