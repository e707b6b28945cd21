namespace Cluster.Tests;

/// <summary>
/// A network as speech enhancers have them, with seeded weights: a frame (1, 1, 40) and the states of its LSTM go in, a mask (1, 1, 40)
/// and the new states come out. And frames for it.
/// </summary>
internal static class StateNetwork
{
    private const int Width = 40;
    private const int Hidden = 48;

    public static ModelGraph Graph()
    {
        var random = new Random(5);
        TensorData Numbers(double scale, params long[] shape) => TensorData.FromFloats(shape, Values(random, scale, shape));
        return new ModelGraph
        {
            Name = "states",
            Opset = 14,
            Inputs = [new("frame", ElementType.Float, [1, 1, Width]), State("h"), State("c")],
            Outputs = [new("mask", ElementType.Float, [1, 1, Width]), State("new_h"), State("new_c")],
            Nodes =
            [
                new(
                    "lstm", "LSTM", ["frame", "w", "r", "b", "", "h", "c"], ["all", "new_h", "new_c"],
                    ("hidden_size", AttributeValue.Of((long)Hidden))),
                new("squeeze", "Squeeze", ["all", "direction"], ["states"]),
                new("dense", "MatMul", ["states", "d"], ["product"]),
                new("sigmoid", "Sigmoid", ["product"], ["mask"]),
            ],
            Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
            {
                ["w"] = Numbers(0.3, 1, 4 * Hidden, Width),
                ["r"] = Numbers(0.2, 1, 4 * Hidden, Hidden),
                ["b"] = Numbers(0.2, 1, 8 * Hidden),
                ["d"] = Numbers(0.5, Hidden, Width),
                ["direction"] = TensorData.FromInt64([1], [1]),
            },
        };
    }

    /// <summary>states.onnx and frames.npz.</summary>
    public static void Write(string folder, int frames)
    {
        File.WriteAllBytes(Path.Combine(folder, "states.onnx"), OnnxWriter.Write(Graph()).Message);
        var random = new Random(7);
        TensorData Numbers(params long[] shape) => TensorData.FromFloats(shape, Values(random, 1, shape));
        NpzWriter.Write(
            Path.Combine(folder, "frames.npz"),
            ("frame", Numbers(frames, 1, Width)),
            ("h", Numbers(frames, 1, Hidden)),
            ("c", Numbers(frames, 1, Hidden)));
    }

    private static ValueInfo State(string name) => new(name, ElementType.Float, [1, 1, Hidden]);

    private static float[] Values(Random random, double scale, long[] shape) =>
        [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))];
}
