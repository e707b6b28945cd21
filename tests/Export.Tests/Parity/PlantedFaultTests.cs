using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.Parity;

/// <summary>Faults in the bytes of a file, where the gate reads it: each is refused, and the same file without it passes.</summary>
public sealed class PlantedFaultTests
{
    public static TheoryData<string> Faults => [.. Planted.Keys];

    /// <summary>Those that outputs alone show, where a runtime shows no codes.</summary>
    public static TheoryData<string> Coarse => ["wrong axis", "bias dropped", "scales swapped", "rank-3 equalization"];

    // Conv, Relu three times and a classifier; "rewritten" has the second layer in FP32.
    private static readonly Dictionary<string, Func<ModelGraph, ModelGraph>> Planted = new(StringComparer.Ordinal)
    {
        ["zero point shifted"] = file => With(file, ("r2_zero_point", data => TensorData.FromUInt8([], [(byte)(data.Bytes.Span[0] + 1)]))),
        ["wrong axis"] = file => With(file, ("c2_weight_scale", data => ByInput(file.Initializers["c2_weight_codes"], data))),
        ["bias dropped"] = file => Replace(file, "c2", node => node with { Inputs = [.. node.Inputs.Take(2)] }),
        ["saturation"] = file => With(file, ("c2_weight_codes", Saturated), ("c2_weight_zero_point", Signed)),
        ["scales swapped"] = file => With(
            file,
            ("r1_scale", _ => file.Initializers["r2_scale"]),
            ("r2_scale", _ => file.Initializers["r1_scale"])),
        ["scale wrong by 1 %"] = file => With(file, ("r2_scale", data => Scaled(data, _ => 1.01f))),
        // Channel i of the first layer times s(i), and of the second through s(i + 1): what a rewrite does that takes the rows of a grouped
        // weight for its inputs.
        ["rank-3 equalization"] = file => With(
            file,
            ("c1_weight_scale", data => Scaled(data, Factor)),
            ("c1_bias_scale", data => Scaled(data, Factor)),
            ("c2_weight_scale", data => Scaled(data, channel => 1 / Factor(channel + 1)))),
        // Without its barrier, an FP32 layer between pairs becomes an integer kernel with one scale for the whole weight.
        ["node rewritten by the runtime"] = file => file with
        {
            Nodes = [.. file.Nodes.Select(node => node.OpType == "LeakyRelu"
                ? node with { OpType = "Relu", Attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal) }
                : node)],
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Check_PlantedFault_IsRefused(string fault)
    {
        using var net = Sound(fault);
        var network = Plan(net, fault);
        var file = QdqExporter.Export(network);

        var report = net.Check(network, OnnxWriter.Write(Planted[fault](file)));

        net.Check(network).Failure.ShouldBeNull();
        report.Passed.ShouldBeFalse();
        report.Suspects.ShouldNotBeEmpty();
        report.Failure!.ShouldContain(report.Suspects[0].Group);
    }

    [Theory]
    [MemberData(nameof(Coarse))]
    public void Compare_PlantedFault_IsSeenInOutputsAlone(string fault)
    {
        using var net = Sound(fault);
        var network = Plan(net, fault);
        var file = QdqExporter.Export(network);
        var comparison = new OutputComparison(net.Float32, network, net.Images, OutputKind.Scores, workers: 2);

        comparison.Compare(Run(file), CancellationToken.None).Passes.ShouldBeTrue();
        var found = comparison.Compare(Run(Planted[fault](file)), CancellationToken.None);

        found.IsNear.ShouldBeFalse($"{found}");
        found.Drift.ShouldNotBeNull("what is beyond the other bounds is compared with the drift too");
    }

    private static BatchLogits.RunBatch Run(ModelGraph file) => (inputs, logits) =>
    {
        using var session = OrtSession.Open(OnnxWriter.Write(file), new OrtSessionOptions());
        session.Run(inputs, logits);
    };

    private static Calibrated Sound(string fault) => new(
        Nets.Group(fault == "rank-3 equalization" ? Rows() : Chain(fault == "saturation" ? 1 : 0)), Nets.Noise(64, 3, 8, 8, 16));

    private static QuantizedNetwork Plan(Calibrated net, string fault) => net.Resolver.Resolve(
        Nets.Mixed(net.Graph, index => fault != "node rewritten by the runtime" || net.Graph.Groups[index].Name != "c2", "max"));

    // With a shift, activations are large and weights positive, as where sums of two products leave 16 bits.
    private static ModelGraph Chain(float shift) => Weights()
        .Floats("w2", [8, 8, 3, 3], [.. Nets.Values(576, 3, 0.2).Select(weight => weight + (shift * 0.4f))])
        .Floats("s1", [8], [.. Nets.Values(8, 2, 0.5).Select(bias => bias + (shift * 20))])
        .Node("Conv", "x w1 s1", "c1", Nets.Same)
        .Node("Relu", "c1", "r1")
        .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
        .Node("Relu", "c2", "r2")
        .Node("Conv", "r2 w2 b2", "c3", Nets.Same)
        .Node("Relu", "c3", "r3")
        .Node("GlobalAveragePool", "r3", "g")
        .Node("Flatten", "g", "f")
        .Node("Gemm", "f w4 b4", "y", Int("transB", 1))
        .Build(-1, 5);

    // One dimension, the second layer depthwise.
    private static ModelGraph Rows() => Weights()
        .Ints("rows", 0, 3, 64)
        .Floats("v1", [8, 3, 3], Nets.Values(72, 1, 0.02))
        .Floats("v2", [8, 1, 3], Nets.Values(24, 3, 0.5))
        .Floats("v3", [8, 8, 3], Nets.Values(192, 8, 0.2))
        .Node("Reshape", "x rows", "n")
        .Node("Conv", "n v1 b1", "c1", Ints("pads", [1, 1]))
        .Node("Relu", "c1", "r1")
        .Node("Conv", "r1 v2 b2", "c2", Ints("pads", [1, 1]), Int("group", 8))
        .Node("Relu", "c2", "r2")
        .Node("Conv", "r2 v3", "c3", Ints("pads", [1, 1]))
        .Node("GlobalAveragePool", "c3", "g")
        .Node("Flatten", "g", "f")
        .Node("Gemm", "f w4 b4", "y", Int("transB", 1))
        .Build(-1, 5);

    private static GraphBuilder Weights() => new GraphBuilder(13, -1, 3, 8, 8)
        .Floats("w1", [8, 3, 3, 3], Nets.Values(216, 1, 0.01))
        .Floats("b1", [8], Nets.Values(8, 2, 0.5))
        .Floats("b2", [8], Nets.Values(8, 4, 0.5))
        .Floats("w4", [5, 8], Nets.Values(40, 5, 0.8))
        .Floats("b4", [5], Nets.Values(5, 6, 0.5));

    private static float Factor(int channel) => 1 + (channel % 8 * 0.25f);

    // Int8 weights of the whole range: a processor without VNNI saturates their products; elsewhere the largest are cut, as if it had.
    private static TensorData Saturated(TensorData codes)
    {
        int zero = codes.Type == ElementType.UInt8 ? 128 : 0;
        int most = ByteProducts.Saturate ? 127 : 64;
        return TensorData.FromInt8(
            codes.Shape, [.. codes.Bytes.ToArray().Select(code => (sbyte)Math.Clamp((sbyte)(code - zero), -most, most))]);
    }

    // Scales of input channels, where those of output channels are expected: there are as many of both.
    private static TensorData ByInput(TensorData codes, TensorData scales)
    {
        int zero = codes.Type == ElementType.UInt8 ? 128 : 0;
        byte[] bytes = codes.Bytes.ToArray();
        float[] largest = new float[8];
        for (int i = 0; i < bytes.Length; i++)
        {
            float weight = (sbyte)(bytes[i] - zero) * scales.As<float>()[i / 72];
            largest[i / 9 % 8] = Math.Max(largest[i / 9 % 8], Math.Abs(weight));
        }

        return TensorData.FromFloats(scales.Shape, [.. largest.Select(weight => weight / 127)]);
    }

    private static TensorData Signed(TensorData zeros) => TensorData.FromInt8(zeros.Shape, new sbyte[zeros.Bytes.Length]);

    private static TensorData Scaled(TensorData data, Func<int, float> factor) =>
        TensorData.FromFloats(data.Shape, [.. data.As<float>().ToArray().Select((scale, channel) => scale * factor(channel))]);

    private static ModelGraph With(ModelGraph file, params (string Name, Func<TensorData, TensorData> Change)[] changes)
    {
        var constants = file.Initializers.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, change) in changes)
        {
            constants[name] = change(constants[name]);
        }

        return file with { Initializers = constants };
    }

    private static ModelGraph Replace(ModelGraph file, string name, Func<GraphNode, GraphNode> change) => file with
    {
        Nodes = [.. file.Nodes.Select(node => node.Name == name ? change(node) : node)],
    };
}
