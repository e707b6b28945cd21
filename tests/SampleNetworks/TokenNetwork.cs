namespace Cluster.Tests;

/// <summary>
/// A network of two inputs and two outputs, with seeded weights: tokens (N, 6) are embedded, those that a mask leaves out become zero,
/// and a layer's mean over the sequence gives logits (N, 4), beside the layer's own output (N, 6, 8). And sentences for it.
/// </summary>
internal static class TokenNetwork
{
    public const int Length = 6;
    public const int Words = 16;
    public const int Classes = 4;
    private const int Width = 8;

    public static ModelGraph Graph()
    {
        var random = new Random(5);
        TensorData Numbers(params long[] shape) => TensorData.FromFloats(
            shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)((2 * random.NextDouble()) - 1))]);
        return new ModelGraph
        {
            Name = "tokens",
            Opset = 17,
            Inputs = [new("ids", ElementType.Int64, [-1, Length]), new("mask", ElementType.Int64, [-1, Length])],
            Outputs = [new("logits", ElementType.Float, [-1, Classes]), new("hidden", ElementType.Float, [-1, Length, Width])],
            Nodes =
            [
                Node("Gather", "table ids", "embedded"),
                Node("Cast", "mask", "real", ("to", AttributeValue.Of((long)ElementType.Float))),
                Node("Unsqueeze", "real last", "column"),
                Node("Mul", "embedded column", "kept"),
                Node("MatMul", "kept weight", "product"),
                Node("Add", "product bias", "sum"),
                Node("Relu", "sum", "hidden"),
                Node("ReduceMean", "hidden", "mean", ("axes", AttributeValue.Of([1L])), ("keepdims", AttributeValue.Of(0L))),
                Node("Gemm", "mean head head_bias", "logits"),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["table"] = Numbers(Words, Width),
                ["weight"] = Numbers(Width, Width),
                ["bias"] = Numbers(Width),
                ["head"] = Numbers(Width, Classes),
                ["head_bias"] = Numbers(Classes),
                ["last"] = TensorData.FromInt64([1], [2]),
            },
        };
    }

    /// <summary>tokens.onnx, and sentences.npz of random length with the labels that the network itself gives in FP32.</summary>
    public static void Write(string folder, int sentences)
    {
        File.WriteAllBytes(Path.Combine(folder, "tokens.onnx"), OnnxWriter.Write(Graph()).Message);
        var random = new Random(7);
        long[] ids = [.. Enumerable.Range(0, sentences * Length).Select(_ => (long)random.Next(Words))];
        int[] lengths = [.. Enumerable.Range(0, sentences).Select(_ => random.Next(1, Length + 1))];
        long[] mask = [.. lengths.SelectMany(length => Enumerable.Range(0, Length).Select(i => i < length ? 1L : 0))];
        TensorData[] inputs = [TensorData.FromInt64([sentences, Length], ids), TensorData.FromInt64([sentences, Length], mask)];
        using var network = new FloatNetwork(GroupFinder.Find(GraphNormalizer.Normalize(Graph())));
        float[] logits = network.Run(inputs);
        long[] labels = [.. logits.Chunk(Classes).Select(row => (long)Array.IndexOf(row, row.Max()))];
        NpzWriter.Write(
            Path.Combine(folder, "sentences.npz"),
            ("ids", inputs[0]),
            ("mask", inputs[1]),
            ("labels", TensorData.FromInt64([sentences], labels)));
    }

    private static GraphNode Node(string type, string inputs, string output, params (string Name, AttributeValue Value)[] attributes) =>
        new(output, type, inputs.Split(' '), [output], attributes
            .ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
}
