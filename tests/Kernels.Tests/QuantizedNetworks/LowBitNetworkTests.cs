namespace Cluster.Kernels.Tests.QuantizedNetworks;

/// <summary>Bit widths and learned numbers from the plan to simulation and file.</summary>
public sealed class LowBitNetworkTests
{
    // y = relu(w x + b) in 4-bit codes of x, then a classifier that passes it on.
    private static readonly GroupDecision[] Low = [Decide.Integer("max", false, 2, 4), Decide.Integer("max", false, 3, 2)];

    [Fact]
    public void Run_TwoLayersByHand_GivesTheQuantizedNumbers()
    {
        var network = Resolve(Learned());
        using var float32 = new FloatNetwork(network.Graph);

        // x = 10 with scale 4: 2.5 -> 2, so 8; codes (1, -2) with scale 0.5 give 4 and -8; biases 0.25 and 9 give 4.25 and 1.
        // Steps of 2, codes 0 to 3: 4.25 / 2 = 2.125 -> 2, so 4; 1 / 2 = 0.5 -> 0. The last layer is [[1, 0], [2, -1]].
        float32.Run([10], [1, 1, 1, 1], network).ShouldBe([4f, 8]);

        // x = 200 saturates at 15 * 4 = 60: 30.25 -> 3 * 2 = 6 and -51 -> 0.
        float32.Run([200], [1, 1, 1, 1], network).ShouldBe([6f, 12]);
    }

    [Fact]
    public void Resolve_Bits_GiveRangesAndWeightsOfThatWidth()
    {
        var network = Resolve(null);

        network.Parameters(network.Layout.Points["x"])
            .ShouldBe(new QuantizationParameters(network.Parameters(network.Layout.Points["x"]).Scale, 0, 0, 15));
        network.Parameters(network.Layout.Points["f"]).Maximum.ShouldBe(3);
        network.Weights(Node(network, "c")).Bits.ShouldBe(2);
        network.Weights(Node(network, "y")).Bits.ShouldBe(3);
        network.HasBias(Node(network, "c")).ShouldBeTrue();
        new PlanResolver(network.Graph, Statistics(network.Graph)).Resolve(Nets.AllInt8(network.Graph))
            .Layout.ComputesInFloat.ShouldBeFalse();
    }

    [Theory]
    [InlineData("unknown node", "'other'")]
    [InlineData("too many bits", "span 5 values")]
    [InlineData("scale", "scales are positive")]
    [InlineData("codes", "3 codes")]
    [InlineData("range", "codes 0 to 15")]
    [InlineData("bias", "needs 2")]
    public void Resolve_LearnedNumbersThatDoNotFit_AreRefused(string what, string problem)
    {
        var good = Learned();
        var weights = good.Weights.ToDictionary(StringComparer.Ordinal);
        var activations = good.Activations.ToDictionary(StringComparer.Ordinal);
        var biases = good.Biases.ToDictionary(StringComparer.Ordinal);
        switch (what)
        {
            case "unknown node":
                biases["other"] = [1];
                break;
            case "too many bits":
                weights["c"] = weights["c"] with { Codes = [4, -2] };
                break;
            case "scale":
                weights["c"] = weights["c"] with { Scales = [1, float.NaN] };
                break;
            case "codes":
                weights["c"] = weights["c"] with { Codes = [1, 1, 1] };
                break;
            case "range":
                activations["x"] = new QuantizationParameters(1, 0, 0, 255);
                break;
            default:
                biases["c"] = [1];
                break;
        }

        Should.Throw<KernelException>(
            () => Resolve(new LearnedParameters { Weights = weights, Activations = activations, Biases = biases }))
            .Message.ShouldContain(problem);
    }

    [Fact]
    public void Resolve_LearnedNumbersIn8Bits_AreInTheIntegerNetwork()
    {
        var graph = Graph();
        var learned = new LearnedParameters
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["c"] = new([100, -128], [0.01f, 0.02f]) },
            Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["c"] = [3, 4] },
        };

        var network = new PlanResolver(graph, Statistics(graph)).Resolve(Nets.AllInt8(graph), learned);

        network.Weights(Node(network, "c")).Codes.ShouldBe([100, -128]);
        network.Weights(Node(network, "c")).Scales.ShouldBe([0.01f, 0.02f]);
        ((double)network.BiasCodes(Node(network, "c"))[0]).ShouldBe(3 / (network.InputScale(Node(network, "c")) * 0.01), 1);
        network.Weights(Node(network, "y"))
            .Codes.ShouldBe(new PlanResolver(graph, Statistics(graph)).Resolve(Nets.AllInt8(graph)).Weights(Node(network, "y")).Codes);
    }

    [Fact]
    public void Resolve_LearnedScaleTooSmallForTheBias_IsRaised()
    {
        var graph = Graph();
        var learned = new LearnedParameters
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["c"] = new([100, 100], [1e-12f, 0.02f]) }
        };

        var weights = new PlanResolver(graph, Statistics(graph)).Resolve(Nets.AllInt8(graph), learned) is var network
            ? network.Weights(Node(network, "c"))
            : null!;

        weights.Scales[0].ShouldBeGreaterThan(1e-11f);
        weights.Codes.ShouldBe([0, 100]);
        Math.Abs((long)network.BiasCodes(Node(network, "c"))[0]).ShouldBeLessThanOrEqualTo(1L << 30);
    }

    [Fact]
    public void Export_LowBits_ClipsBetweenQAndDq()
    {
        var exported = QdqExporter.Export(Resolve(Learned()));

        exported.Nodes.Select(node => node.OpType).ShouldBe(
            [
                "QuantizeLinear",
                "Clip",
                "DequantizeLinear",
                "DequantizeLinear",
                "Conv",
                "LeakyRelu",
                "Flatten",
                "QuantizeLinear",
                "Clip",
                "DequantizeLinear",
                "DequantizeLinear",
                "Gemm"
            ]);
        exported.Initializers["code_15"].As<byte>()[0].ShouldBe((byte)15);
        exported.Initializers["c_weight_codes"].As<sbyte>().ToArray().ShouldBe([1, -2]);
        exported.Initializers["c_bias"].As<float>().ToArray().ShouldBe([0.25f, 9]);
        exported.Opset.ShouldBe(13);
    }

    [Fact]
    public void Export_Nibbles_PacksTwoCodesAByteAndShiftsRest()
    {
        // -2..13 is 16 values: shifted by -6 it is -8..7.
        var weights = new QuantizedWeights([1, -2, -8, 13, -2, 0], [1, 1], 0, [2, 3]) { Bits = 4 };

        var (codes, zeroPoints) = NibbleWeights.Pack(weights);

        // Low nibble first: 1 and -2 (14), -8 (8) and 7, -8 and -6 (10).
        codes.Bytes.ToArray().ShouldBe([0xE1, 0x78, 0xA8]);
        zeroPoints.Bytes.ToArray().ShouldBe([0xA0]);
        (codes.Type, zeroPoints.Shape.Single()).ShouldBe((ElementType.Int4, 2));

        var exported = QdqExporter.Export(Resolve(Learned()), CodeStorage.Nibbles);
        exported.Opset.ShouldBe(21);
        var read = OnnxReader.Read(OnnxWriter.Write(exported), "test");
        read.Initializers["c_weight_codes"].Bytes.ToArray().ShouldBe([0xE1]);
    }

    [Fact]
    public void PackedSize_SmallNetwork_CountsEveryBit()
    {
        var network = Resolve(Learned());

        // Layer c: 2 codes of 2 bits, 2 channels of (32 scale + 2 place of zero + 32 bias). Layer y: 4 codes of 3 bits,
        // 2 channels of (32 + 3). Activations: 32 + 4 and 32 + 2. In all 4 + 132 + 12 + 70 + 36 + 34 = 288 bits.
        PackedSize.Bytes(network).ShouldBe(36);
        PackedSize.Bytes(network.Graph.Graph).ShouldBe(4 * (2 + 2 + 4));
    }

    [Fact]
    public void BitOperations_OfAPlan_CountFloat32As32Bits()
    {
        var graph = Graph();

        // 2 products in c, 4 in y.
        BitOperations.Count(graph, Low).ShouldBe((2 * 2 * 4) + (4 * 3 * 2));
        BitOperations.Count(graph, [Low[0], Decide.Float32]).ShouldBe((2 * 2 * 4) + (4 * 32 * 32));
    }

    private static GroupedGraph Graph() => Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
        .Floats("w", [2, 1, 1, 1], 0.5f, -0.9f).Floats("b", [2], 0.5f, 10).Floats("v", [2, 2], 1, 0, 2, -1)
        .Node("Conv", "x w b", "c")
        .Node("Relu", "c", "r")
        .Node("Flatten", "r", "f")
        .Node("Gemm", "f v", "y", GraphBuilder.Int("transB", 1))
        .Build(-1, 2));

    private static LearnedParameters Learned() => new()
    {
        Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal)
        {
            ["c"] = new([1, -2], [0.5f, 0.5f]),
            ["y"] = new([1, 0, 2, -1], [1, 1])
        },
        Activations = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal)
        {
            ["x"] = new(4, 0, 0, 15),
            ["r"] = new(2, 0, 0, 3)
        },
        Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["c"] = [0.25f, 9] },
    };

    private static QuantizedNetwork Resolve(LearnedParameters? learned)
    {
        var graph = Graph();
        return new PlanResolver(graph, Statistics(graph)).Resolve(Low, learned);
    }

    private static CalibrationStatistics Statistics(GroupedGraph graph)
    {
        using var float32 = new FloatNetwork(graph);
        return Nets.Calibrate(float32, Nets.Images([0, 10, 100, 250], 1, 1, 1, 2));
    }

    private static GraphNode Node(QuantizedNetwork network, string name) => network.Graph.Graph.Nodes.Single(node => node.Name == name);
}
