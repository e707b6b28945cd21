using Cluster.Kernels.Data;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>The trained network as ONNX, with its batch normalisations as nodes of their own, as an exporter leaves them.</summary>
internal static class GlyphNetworkExport
{
    /// <summary>What the network is fed: about one for strokes of ordinary contrast.</summary>
    public static Preprocess Preprocess { get; } = new(PixelColor.Gray, 1, [42], [5]);

    public static ModelGraph ToGraph(GlyphNetwork network)
    {
        var nodes = new List<GraphNode>();
        var constants = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        string x = "input";
        foreach (var layer in network.Layers)
        {
            x = Add(layer, x, nodes, constants);
        }

        constants["classifier.weight"] = Data(network.Weight);
        constants["classifier.bias"] = Data(network.Bias);
        nodes.Add(Node("GlobalAveragePool", "pool", [x]));
        nodes.Add(Node("Flatten", "features", ["pool"], ("axis", AttributeValue.Of(1L))));
        nodes.Add(Node("Gemm", "logits", ["features", "classifier.weight", "classifier.bias"], ("transB", AttributeValue.Of(1L))));
        return new ModelGraph
        {
            Name = "glyphs",
            Opset = 13,
            Inputs = [new ValueInfo("input", ElementType.Float, [-1, 1, GlyphGenerator.Size, GlyphGenerator.Size])],
            Outputs = [new ValueInfo("logits", ElementType.Float, [-1, GlyphGenerator.Classes])],
            Nodes = nodes,
            Initializers = constants,
        };
    }

    private static string Add(NormalizedConvolution layer, string x, List<GraphNode> nodes, Dictionary<string, TensorData> constants)
    {
        string Constant(string part, Tensor tensor)
        {
            string name = $"{layer.Name}.{part}";
            constants[name] = Data(tensor);
            return name;
        }

        nodes.Add(Node(
            "Conv",
            $"{layer.Name}_conv",
            [x, Constant("weight", layer.Weight)],
            ("kernel_shape", AttributeValue.Of([layer.Kernel, layer.Kernel])),
            ("strides", AttributeValue.Of([layer.Stride, layer.Stride])),
            ("pads", AttributeValue.Of([layer.Padding, layer.Padding, layer.Padding, layer.Padding])),
            ("group", AttributeValue.Of((long)layer.Groups))));
        nodes.Add(Node(
            "BatchNormalization",
            $"{layer.Name}_norm",
            [
                $"{layer.Name}_conv", Constant("gain", layer.Gain), Constant("shift", layer.Shift),
                Constant("mean", layer.Mean), Constant("variance", layer.Variance),
            ],
            ("epsilon", AttributeValue.Of((float)NormalizedConvolution.Epsilon))));
        nodes.Add(Node("Relu", layer.Name, [$"{layer.Name}_norm"]));
        return layer.Name;
    }

    /// <summary>A node and its output have one name.</summary>
    private static GraphNode Node(string type, string name, string[] inputs, params (string Name, AttributeValue Value)[] attributes) =>
        new(name, type, inputs, [name], attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    private static TensorData Data(Tensor tensor) => TensorData.FromFloats(tensor.shape, TensorFactory.ToFloats(tensor));
}
