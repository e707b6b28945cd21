using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.TensorRt;

/// <summary>Strongly typed files, run in ONNX Runtime beside the same plan in float32 and the network itself.</summary>
public sealed class StronglyTypedTests
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>();

    public static TheoryData<string> Small => [.. SmallNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Small))]
    public void Of_AnyGroups_KeepsRulesInterfaceAndNumbers(string name)
    {
        using var net = Calibrated.Small(name, 8, 4);
        for (int plan = 0; plan < 1 << Math.Min(3, net.Graph.Groups.Count); plan++)
        {
            var full = Exported(net, group => (plan >> (group % 3) & 1) == 1);

            var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), None);

            TensorRtLint.CheckStronglyTyped(typed.Graph).ShouldBeEmpty($"plan {plan}");
            Agrees(net, full, typed.Graph, $"plan {plan}: {string.Join("; ", typed.Float32)}");
        }
    }

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.MobileNet)]
    public void Of_RealModel_ComputesItsLayersInHalf(string model)
    {
        using var net = Calibrated.Shared(model, 4, 4);
        var full = Exported(net, _ => true);

        var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), None);

        TensorRtLint.CheckStronglyTyped(typed.Graph).ShouldBeEmpty();
        Agrees(net, full, typed.Graph, string.Join("; ", typed.Float32));
        var types = FloatTypes.Of(typed.Graph);
        var layers = typed.Graph.Nodes.Where(node => node.OpType is "Conv" or "Gemm").ToArray();
        layers.Count(node => types[node.Output] == ElementType.Float16).ShouldBe(layers.Length, string.Join("; ", typed.Float32));
        typed.Graph.Nodes.Count(node => node.OpType == "Cast").ShouldBe(2, "at the input and at the output");
        OnnxWriter.Write(typed.Graph).Length.ShouldBeLessThan(OnnxWriter.Write(full).Length / 3);
    }

    // The network's inputs are whole numbers up to 255, which FP16 holds.
    [Fact]
    public void Of_Pairs_GiveTheCodesOfTheFloat32File()
    {
        using var net = Calibrated.Residual(8, 4);
        var full = Exported(net, _ => true);

        var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), None).Graph;

        foreach (var pair in full.Nodes.Where(node => node.OpType == "QuantizeLinear" && full.Initializers.ContainsKey(node.Inputs[0])))
        {
            var weights = full.Initializers[pair.Inputs[0]];
            typed.Initializers[pair.Output].As<sbyte>().ToArray().ShouldBe(WeightQuantizer.Quantize(
                weights.As<float>(), weights.Shape, (int)pair.GetInt("axis", 1), full.Initializers[pair.Inputs[1]].As<float>()));
        }

        float[] Codes(ModelGraph file) => [.. InRuntime.RunAsWritten(
            OnnxWriter.Write(Shown(file with { Opset = 19 }, "x_codes")).Message, net.Images.Inputs(0))];
        Codes(typed).ShouldBe(Codes(Rounded(full)));
    }

    [Fact]
    public void Of_NumbersBeyondHalf_KeepTheirPartInFloat32AndSaySo()
    {
        using var net = new Calibrated(
            Nets.Group(new GraphBuilder(13, -1, 3, 8, 8)
                .Floats("w1", [4, 3, 3, 3], Nets.Values(108, 1, 500))
                .Floats("w2", [4, 4, 3, 3], Nets.Values(144, 2, 1e-4))
                .Floats("w3", [4, 4, 3, 3], Nets.Values(144, 3, 0.1))
                .Floats("b3", [4], 7e4f, -7e4f, 8e4f, 1)
                .Node("Conv", "x w1", "c1", Nets.Same)
                .Node("Relu", "c1", "r1")
                .Node("Conv", "r1 w2", "c2", Nets.Same)
                .Node("Relu", "c2", "r2")
                .Node("Conv", "r2 w3 b3", "c3", Nets.Same)
                .Build(-1, 4, 8, 8)),
            Nets.Noise(8, 3, 8, 8, 4));
        foreach (bool isQuantized in (bool[])[false, true])
        {
            var full = Exported(net, _ => isQuantized);

            var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), None);

            Agrees(net, full, typed.Graph, string.Join("; ", typed.Float32));
            var types = FloatTypes.Of(typed.Graph);
            foreach (string layer in (string[])["c1", "c2", "c3"])
            {
                types[typed.Graph.Nodes.Single(node => node.Name == layer).Output].ShouldBe(ElementType.Float, layer);
            }

            string words = string.Join('\n', typed.Float32);
            words.ShouldContain("'c1'");
            words.ShouldContain("on the samples, more than half of float16's 65504");
            words.ShouldContain("'c3' stays in float32: ");
        }
    }

    [Fact]
    public void Of_SmallNumbers_StayInFloat32()
    {
        using var net = new Calibrated(
            Nets.Group(new GraphBuilder(13, -1, 3, 8, 8)
                .Floats("w1", [4, 3, 3, 3], Nets.Values(108, 1, 1e-8))
                .Floats("w2", [4, 4, 3, 3], Nets.Values(144, 2))
                .Node("Conv", "x w1", "c1", Nets.Same)
                .Node("Relu", "c1", "r1")
                .Node("Conv", "r1 w2", "c2", Nets.Same)
                .Build(-1, 4, 8, 8)),
            Nets.Noise(8, 3, 8, 8, 4));
        foreach (bool isQuantized in (bool[])[false, true])
        {
            var full = Exported(net, _ => isQuantized);

            var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), None);

            Agrees(net, full, typed.Graph, string.Join("; ", typed.Float32));
            string.Join('\n', typed.Float32).ShouldContain("float16 loses digits");
        }
    }

    [Fact]
    public void Of_FunctionsThatLeaveHalf_ReadFloat32()
    {
        using var net = Calibrated.Small("attention", 8, 4);
        var full = Exported(net, _ => true);

        var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), None).Graph;

        var types = FloatTypes.Of(typed);
        typed.Nodes.Where(node => node.OpType == "Softmax").Select(node => types[node.Inputs[0]]).Distinct().ShouldBe([ElementType.Float]);
        typed.Nodes.Where(node => node.OpType == "MatMul").Select(node => types[node.Inputs[0]]).Distinct().ShouldBe([ElementType.Float16]);
    }

    [Fact]
    public void Of_KeptNodes_StayInFloat32()
    {
        using var net = Calibrated.Residual(8, 4);
        var full = Exported(net, index => index != 1);
        string[] kept = [.. net.Graph.Groups[1].Nodes.Select(node => node.Name)];

        var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), kept.ToHashSet(StringComparer.Ordinal));

        var types = FloatTypes.Of(typed.Graph);
        typed.Graph.Nodes.Where(node => kept.Contains(node.Name))
            .Select(node => types[node.Output]).Distinct().ShouldBe([ElementType.Float]);
        typed.Graph.Nodes.Where(node => node.OpType == "Conv" && !kept.Contains(node.Name))
            .Select(node => types[node.Output]).Distinct().ShouldBe([ElementType.Float16]);
        typed.Float32.ShouldBeEmpty("the user knows");
        TensorRtLint.CheckStronglyTyped(typed.Graph).ShouldBeEmpty();
        Agrees(net, full, typed.Graph, "kept");
    }

    // Sizes are computed in floats there: FP16 has no odd number above 2048.
    [Fact]
    public void Of_FunctionsBetweenFloat32Alone_StayThere()
    {
        var graph = new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w", [4, 3, 3, 3], Nets.Values(108, 1, 0.1))
            .Floats("s", [], 1.5f)
            .Node("Conv", "x w", "c", Nets.Same)
            .Node("Softmax", "c", "p", Int("axis", 1))
            .Node("Mul", "p s", "m")
            .Node("Softmax", "m", "y", Int("axis", 1))
            .Build(-1, 4, 8, 8);
        using var net = new Calibrated(Nets.Group(graph), Nets.Noise(8, 3, 8, 8, 4));
        var full = Exported(net, _ => true);

        var typed = StronglyTyped.Of(full, LargestMagnitudes.Of(full, net.Images), None).Graph;

        var types = FloatTypes.Of(typed);
        types[typed.Nodes.Single(node => node.Name == "m").Output].ShouldBe(ElementType.Float);
        types[typed.Nodes.Single(node => node.Name == "c").Output].ShouldBe(ElementType.Float16);
    }

    [Fact]
    public void Of_BoundBeyondHalf_BoundsNothing()
    {
        var graph = new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w", [4, 3, 3, 3], Nets.Values(108, 1, 0.1)).Floats("l", [], 0).Floats("h", [], float.MaxValue)
            .Node("Conv", "x w", "c", Nets.Same).Node("Clip", "c l h", "y").Build(-1, 4, 8, 8);
        using var net = new Calibrated(Nets.Group(graph), Nets.Noise(8, 3, 8, 8, 4));

        var typed = StronglyTyped.Of(graph, LargestMagnitudes.Of(graph, net.Images), None);

        typed.Float32.ShouldBeEmpty();
        TensorRtLint.CheckStronglyTyped(typed.Graph).ShouldBeEmpty();
        typed.Graph.Initializers.Values.Where(constant => constant.Type == ElementType.Float16 && constant.Count == 1)
            .Select(constant => constant.ToFloats()[0]).ShouldBe([0, 65504], ignoreOrder: true);
    }

    internal static ModelGraph Exported(Calibrated net, Func<int, bool> isQuantized)
    {
        var settings = Nets.Mixed(net.Graph, isQuantized, "max");
        return TensorRtExporter.Export(TensorRtNetwork.Of(net.Resolver.Resolve(settings), settings, net.Statistics));
    }

    // The same file with the scales that FP16 holds.
    private static ModelGraph Rounded(ModelGraph file) => file with
    {
        Initializers = file.Initializers.ToDictionary(
            constant => constant.Key,
            constant => file.Nodes.Any(node => node.OpType == "QuantizeLinear" && node.Inputs[1] == constant.Key)
                ? constant.Value.Narrowed(ElementType.Float16).Widened()
                : constant.Value,
            StringComparer.Ordinal),
    };

    private static ModelGraph Shown(ModelGraph file, string codes) => file with
    {
        Nodes = [.. file.Nodes, new GraphNode("shown", "Cast", [codes], ["shown"], ("to", AttributeValue.Of((long)ElementType.Float)))],
        Outputs = [new ValueInfo("shown", ElementType.Float, []) { ShapeKnown = false }],
    };

    // Read back, as written and rewritten: FP16 adds less than the plan itself, or next to nothing.
    private static void Agrees(Calibrated net, ModelGraph full, ModelGraph typed, string plan)
    {
        var file = OnnxReader.Read(OnnxWriter.Write(typed), "file");
        file.Inputs.Concat(file.Outputs).Select(end => (end.Name, end.Type, string.Join(',', end.Shape), string.Join(',', end.AxisNames)))
            .ShouldBe(net.Graph.Graph.Inputs.Concat(net.Graph.Graph.Outputs)
                .Select(end => (end.Name, end.Type, string.Join(',', end.Shape), string.Join(',', end.AxisNames))));
        file.Nodes.Count(node => node.OpType == "QuantizeLinear").ShouldBe(
            full.Nodes.Count(node => node.OpType == "QuantizeLinear" && !full.Initializers.ContainsKey(node.Inputs[0])));
        var inputs = net.Images.Inputs(0);
        float[] exact = InRuntime.RunAsWritten(OnnxWriter.Write(net.Graph.Graph).Message, inputs);
        float[] one = InRuntime.RunAsWritten(OnnxWriter.Write(full).Message, inputs);
        double bound = Math.Max(1.5 * Noise(exact, one), 1e-5 * exact.Sum(number => (double)number * number));
        foreach (float[] other in new[] { InRuntime.RunAsWritten(OnnxWriter.Write(typed).Message, inputs), Rewritten(typed, inputs) })
        {
            Noise(exact, other).ShouldBeLessThanOrEqualTo(bound, plan);
        }
    }

    // ONNX Runtime would give biases the product of two scales in FP16 as theirs, which may be 0.
    private static float[] Rewritten(ModelGraph file, IReadOnlyList<TensorData> inputs)
    {
        using var session = OrtSession.Open(OnnxWriter.Write(file), new OrtSessionOptions
        {
            ConfigEntries = new Dictionary<string, string>(StringComparer.Ordinal) { ["session.disable_quant_qdq"] = "1" },
        });
        return session.Run(inputs, [session.OutputNames[0]])[0].As<float>().ToArray();
    }

    private static double Noise(float[] exact, float[] other) =>
        exact.Zip(other, (a, b) => Math.Pow((double)a - b, 2)).Sum();
}
