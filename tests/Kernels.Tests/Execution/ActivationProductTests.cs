using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>MatMul of two activations in INT8, beside ONNX Runtime's QLinearMatMul and MatMulIntegerToFloat.</summary>
public sealed class ActivationProductTests
{
    private const int RandomCases = 60;

    [Fact]
    public void Run_SumsOnTies_AreRoundedToEvenBeforeTheZeroPointIsAdded()
    {
        // 0.5 * 0.25 / 0.25 = 0.5: sums 3, 5, -3, 1 are 1.5, 2.5, -1.5, 0.5 steps. Added first, the zero point of 7 would make 8, 10, 6, 8.
        var product = new Product([2, 2], [2, 2], new(0.5f, 3, 0, 255), new(0.25f, 4, 0, 255), new(0.25f, 7, 0, 255));
        float[] left = Numbers([1, 2, -1, 1], 0.5f);
        float[] right = Numbers([1, -1, 1, 2], 0.25f); // sums: 1 + 2, -1 + 4; -1 + 1, 1 + 2

        product.Codes(left, right).ShouldBe([9, 9, 7, 9]);
        product.Codes(left, Numbers([1, 1, 2, -2], 0.25f)).ShouldBe([9, 5, 7, 5]); // sums 5, -3; 1, -3
    }

    [Fact]
    public void Run_WithoutAPairBehindIt_GivesSumsTimesBothScales()
    {
        var product = new Product([1, 3], [3, 1], new(0.1f, 0, 0, 255), new(0.3f, 128, 0, 255), null);

        // Codes 10, 20, 255 (cut) and 3, -4, 5 from the zero point: 30 - 80 + 1275.
        product.Simulate(Numbers([10, 20, 400], 0.1f), Numbers([3, -4, 5], 0.3f)).ShouldBe([1225 * (0.1f * 0.3f)]);
    }

    [Fact]
    public void Run_RandomShapes_HasTheRuntimesCodesAndNumbers()
    {
        var random = new Random(39);
        for (int i = 0; i < RandomCases; i++)
        {
            var (left, right) = Shapes(random);
            var (one, other) = (Pair(random), Pair(random));
            var written = new Product(left, right, one, other, Pair(random, Math.Sqrt(left[^1])));
            var plain = new Product(left, right, one, other, null);
            var (a, b) = (Numbers(random, left), Numbers(random, right));

            written.Codes(a, b).ShouldBe(written.RuntimeCodes(a, b), $"case {i}: {written}");
            plain.Simulate(a, b).ShouldBe(plain.Run(a, b, "m"), $"case {i}: {plain}");
        }
    }

    [Theory]
    [InlineData(true, "QLinearMatMul")]
    [InlineData(false, "MatMulIntegerToFloat")]
    public void Export_Product_IsAnIntegerKernel(bool isWritten, string kernel)
    {
        var product = new Product(
            [2, 3, 5, 4], [2, 1, 4, 6], new(0.1f, 3, 0, 255), new(0.1f, 200, 0, 255), isWritten ? new(0.1f, 100, 0, 255) : null);

        OptimizedGraph.Nodes(product.File()).Select(node => node.OpType).ShouldContain(kernel);
        OptimizedGraph.Nodes(product.File()).Select(node => node.OpType).ShouldNotContain("MatMul");
    }

    // (rows, K) x (K, columns) behind none, one or two axes of batches, of which each may be 1 or absent on one side.
    private static (long[] Left, long[] Right) Shapes(Random random)
    {
        long[] batch = [.. Enumerable.Range(0, random.Next(3)).Select(_ => (long)random.Next(1, 4))];
        long depth = random.Next(1, 200);
        return ([.. Side(), random.Next(1, 20), depth], [.. Side(), depth, random.Next(1, 20)]);

        long[] Side() => [.. batch.Skip(random.Next(batch.Length + 1)).Select(size => random.Next(4) == 0 ? 1 : size)];
    }

    private static QuantizationParameters Pair(Random random, double growth = 1) =>
        new((float)(growth * (0.002 + (random.NextDouble() / 50))), random.Next(256), 0, 255);

    private static float[] Numbers(int[] steps, float scale) => [.. steps.Select(step => step * scale)];

    private static float[] Numbers(Random random, long[] shape) =>
        [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)((random.NextDouble() * 4) - 2))];

    /// <summary>m = a x b, and (m + c) w where m is to be written as codes: a sum has an integer kernel if a layer reads it.</summary>
    private sealed class Product(
        long[] left, long[] right, QuantizationParameters a, QuantizationParameters b, QuantizationParameters? m)
    {
        public byte[] Codes(float[] x, float[] y)
        {
            var observer = new StepsOf("m");
            Simulate(x, y, observer);
            return [.. observer.Steps!.Select(step =>
                (byte)(Math.Clamp(MathF.Round(step, MidpointRounding.ToEven) + m!.Value.ZeroPoint, 0, 255)))];
        }

        public float[] Simulate(float[] x, float[] y, IRunObserver? observer = null)
        {
            using var network = new FloatNetwork(Nets.Group(Graph()));
            using var programs = network.Compile(Quantized(network));
            using var live = new LiveTensors();
            live.SetInputs(network.Graph, Inputs(x, y));
            foreach (var program in programs.Programs)
            {
                program.Run(live, observer);
            }

            return network.Outputs(live)[0].As<float>().ToArray();
        }

        public byte[] RuntimeCodes(float[] x, float[] y) =>
            [.. Run(x, y, "m_dequantized").Select(real => (byte)(MathF.Round(real / m!.Value.Scale) + m.Value.ZeroPoint))];

        public float[] Run(float[] x, float[] y, string output)
        {
            var graph = Export() with { Outputs = [new ValueInfo(output, ElementType.Float, Shape)] };
            return InRuntime.Run(graph, Inputs(x, y));
        }

        public byte[] File() => OnnxWriter.Write(Export()).Message;

        public override string ToString() => $"({string.Join(", ", left)}) x ({string.Join(", ", right)}), {a}, {b}, {m}";

        private long[] Shape
        {
            get
            {
                int rank = Math.Max(left.Length, right.Length);
                var batch = Enumerable.Range(0, rank - 2).Select(axis => Math.Max(At(left, axis - rank), At(right, axis - rank)));
                return [.. batch, left[^2], right[^1]];

                static long At(long[] shape, int axis) => -axis > shape.Length ? 1 : shape[shape.Length + axis];
            }
        }

        private ModelGraph Export()
        {
            using var network = new FloatNetwork(Nets.Group(Graph()));
            return QdqExporter.Export(Quantized(network));
        }

        private TensorData[] Inputs(float[] x, float[] y) => m is null
            ? [TensorData.FromFloats(left, x), TensorData.FromFloats(right, y)]
            : [TensorData.FromFloats(left, x), TensorData.FromFloats(right, y), TensorData.FromFloats([1], [0])];

        private ModelGraph Graph()
        {
            GraphNode product = new("m", "MatMul", ["a", "b"], ["m"]);
            ValueInfo[] factors = [new("a", ElementType.Float, left), new("b", ElementType.Float, right)];
            var graph = new ModelGraph
            {
                Name = "product",
                Opset = 17,
                Inputs = factors,
                Outputs = [new("m", ElementType.Float, Shape)],
                Nodes = [product],
                Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal),
            };
            return m is null ? graph : graph with
            {
                Inputs = [.. factors, new("c", ElementType.Float, [1])],
                Outputs = [new("y", ElementType.Float, [.. Shape[..^1], 1])],
                Nodes = [product, new("s", "Add", ["m", "c"], ["s"]), new("y", "MatMul", ["s", "w"], ["y"])],
                Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal)
                {
                    ["w"] = TensorData.FromFloats([right[^1], 1], Enumerable.Repeat(1f, (int)right[^1]).ToArray()),
                },
            };
        }

        private QuantizedNetwork Quantized(FloatNetwork network)
        {
            var ranges = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal)
            {
                ["a"] = a,
                ["b"] = b,
                ["c"] = new(1, 0, 0, 255),
                ["s"] = new(1, 0, 0, 255),
            };
            if (m is { } pair)
            {
                ranges["m"] = pair;
            }

            return Nets.Quantized(network.Graph, ranges);
        }
    }

    private sealed class StepsOf(string name) : IRunObserver
    {
        public float[]? Steps { get; private set; }

        public Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters)
        {
            if (tensor == name)
            {
                Steps = TensorFactory.ToFloats(steps);
            }

            return null;
        }
    }
}
