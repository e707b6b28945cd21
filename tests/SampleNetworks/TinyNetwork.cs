using Cluster.Glyphs;

namespace Cluster.Tests;

/// <summary>A network of three groups over 8 x 8 grey images, with seeded weights, and images for it.</summary>
internal static class TinyNetwork
{
    public const int Side = 8;
    public const int Classes = 3;

    public static ModelGraph Graph(int seed = 1)
    {
        var random = new Random(seed);
        float[] Numbers(int count, double scale) =>
            [.. Enumerable.Range(0, count).Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))];
        return new ModelGraph
        {
            Name = "tiny",
            Opset = 13,
            Inputs = [new ValueInfo("image", ElementType.Float, [-1, 1, Side, Side])],
            Outputs = [new ValueInfo("logits", ElementType.Float, [-1, Classes])],
            Nodes =
            [
                Node("first", "Conv", ["image", "w1", "b1"], "a", ("pads", [1, 1, 1, 1]), ("kernel_shape", [3, 3])),
                Node("firstRelu", "Relu", ["a"], "b"),
                Node("second", "Conv", ["b", "w2", "b2"], "c", ("pads", [1, 1, 1, 1]), ("kernel_shape", [3, 3])),
                Node("secondRelu", "Relu", ["c"], "d"),
                Node("pool", "GlobalAveragePool", ["d"], "e"),
                Node("flat", "Flatten", ["e"], "f"),
                Node("head", "Gemm", ["f", "w3", "b3"], "logits"),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w1"] = TensorData.FromFloats([4, 1, 3, 3], Numbers(36, 0.5)),
                ["b1"] = TensorData.FromFloats([4], Numbers(4, 0.1)),
                ["w2"] = TensorData.FromFloats([4, 4, 3, 3], Numbers(144, 0.3)),
                ["b2"] = TensorData.FromFloats([4], Numbers(4, 0.1)),
                ["w3"] = TensorData.FromFloats([4, Classes], Numbers(4 * Classes, 1)),
                ["b3"] = TensorData.FromFloats([Classes], Numbers(Classes, 0.1)),
            },
        };
    }

    /// <summary>
    /// tiny.onnx with its preprocessing, and images-idx3-ubyte with labels of the name that is looked for beside it: of three images in
    /// four what the network says in FP32, of the others any.
    /// </summary>
    public static void Write(string folder, int images = 96)
    {
        File.WriteAllBytes(Path.Combine(folder, "tiny.onnx"), OnnxWriter.Write(Graph()).Message);
        var preprocess = new Preprocess(PixelColor.Gray, 1 / 255.0, [0.5], [0.5]);
        File.WriteAllText(Path.Combine(folder, "tiny.preprocess.json"), preprocess.ToJson());
        var random = new Random(7);
        byte[] pixels = new byte[images * Side * Side];
        random.NextBytes(pixels);
        IdxWriter.WriteImages(Path.Combine(folder, "images-idx3-ubyte"), pixels, 1, Side, Side, gzip: false);
        IdxWriter.WriteLabels(
            Path.Combine(folder, "labels-idx1-ubyte"),
            [.. Answers(pixels).Index().Select(image => image.Index % 4 == 3 ? (byte)random.Next(Classes) : image.Item)],
            gzip: false);
    }

    /// <summary>The class that it gives each image in FP32.</summary>
    public static byte[] Answers(byte[] pixels)
    {
        using var network = new FloatNetwork(GroupFinder.Find(GraphNormalizer.Normalize(Graph())));
        float[] inputs = [.. pixels.Select(pixel => ((pixel / 255f) - 0.5f) / 0.5f)];
        return
        [
            .. network.Run([TensorData.FromFloats([pixels.Length / (Side * Side), 1, Side, Side], inputs)])
                .Chunk(Classes)
                .Select(logits => (byte)Array.IndexOf(logits, logits.Max())),
        ];
    }

    private static GraphNode Node(
        string name, string type, string[] inputs, string output, params (string Name, long[] Values)[] attributes) =>
        new(
            name,
            type,
            inputs,
            [output],
            attributes.ToDictionary(attribute => attribute.Name, attribute => AttributeValue.Of(attribute.Values), StringComparer.Ordinal));
}
