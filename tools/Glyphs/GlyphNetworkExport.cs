using Cluster.Networks.Preprocessing;
using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>The trained network as ONNX, with its batch normalisations as nodes of their own, as an exporter leaves them.</summary>
internal static class GlyphNetworkExport
{
    /// <summary>What the network is fed: about one for strokes of ordinary contrast.</summary>
    public static Preprocess Preprocess { get; } = new(PixelColor.Gray, 1, [42], [5]);

    public static ModelGraph ToGraph(GlyphNetwork network)
    {
        var net = new GraphWriter("glyphs", 13, seed: 0);
        string x = "input";
        foreach (var layer in network.Layers)
        {
            net.Convolution($"{layer.Name}_conv", x, layer);
            net.Normalization($"{layer.Name}_norm", $"{layer.Name}_conv", layer.Name, layer.Normalization);
            net.Node("Relu", [$"{layer.Name}_norm"], layer.Name);
            x = layer.Name;
        }

        return Classified(net, x, network.Weight, network.Bias);
    }

    /// <summary>Ends a network in the mean of each channel and a layer of the classes.</summary>
    public static ModelGraph Classified(GraphWriter net, string input, Tensor weight, Tensor bias)
    {
        string[] classifier = [net.Values("classifier.weight", weight), net.Values("classifier.bias", bias)];
        net.Node("GlobalAveragePool", [input], "pool");
        net.Node("Flatten", ["pool"], "features", ("axis", AttributeValue.Of(1L)));
        net.Node("Gemm", ["features", .. classifier], "logits", ("transB", AttributeValue.Of(1L)));
        return net.Build(
            new ValueInfo("input", ElementType.Float, [-1, 1, GlyphGenerator.Size, GlyphGenerator.Size]),
            new ValueInfo("logits", ElementType.Float, [-1, GlyphGenerator.Classes]));
    }
}
