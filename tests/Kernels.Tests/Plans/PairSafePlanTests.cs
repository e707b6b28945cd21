using Cluster.Learning.FineTuning;
using Cluster.Learning.Reconstruction;

namespace Cluster.Kernels.Tests.Plans;

/// <summary>Plans in int8-safe: no step that makes weights leaves two neighbours that saturate without VNNI.</summary>
public sealed class PairSafePlanTests
{
    private const int Images = 4;

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.MobileNet)]
    [InlineData("mnist/lenet-mnist")]
    public void Export_RealModel_IsExactOnEveryX86(string model)
    {
        using var net = Calibrated.Shared(model, Images, Images);
        var safe = net.Resolver.Resolve(Settings(net.Graph));
        var full = net.AllInt8();

        var file = QdqExporter.Export(safe, unsignedWeights: false);
        SaturatingProducts.In(file).ShouldBeEmpty();
        ProcessorTable.StatedIn(OnnxReader.Read(OnnxWriter.Write(file), "file")).ShouldNotBeNull().ShouldNotContain("saturate");
        ProcessorTable.StatedIn(QdqExporter.Export(full, unsignedWeights: true)).ShouldNotBeNull().ShouldNotContain("saturate");
        var signed = QdqExporter.Export(full, unsignedWeights: false);
        SaturatingProducts.In(signed).ShouldNotBeEmpty();
        ProcessorTable.StatedIn(signed).ShouldNotBeNull().ShouldContain(
            "products saturate on x86 with AVX2 and no VNNI unless session.x64quantprecision is 1");

        // What saturates here is stored as uint8, nothing else: depthwise weights and safe ones keep the faster kernels.
        Stored(QdqExporter.Export(safe)).ShouldNotContain(ElementType.UInt8);
        Stored(QdqExporter.Export(full)).Contains(ElementType.UInt8).ShouldBe(ByteProducts.Saturate);
        SaturatingProducts.In(QdqExporter.Export(full)).Any().ShouldBe(!ByteProducts.Saturate);

        // Products of uint8 and uint8 are exact everywhere: the same numbers stored so are the reference, to the bit.
        var inputs = net.Images.Inputs(0);
        InRuntime.Run(file, inputs).ShouldBe(InRuntime.Run(QdqExporter.Export(safe, unsignedWeights: true), inputs));
    }

    [Fact]
    public void Resolve_ChannelWithoutRoomForItsBias_StaysSafe()
    {
        // Weights of 1e-7 beside a bias of 1e4: the scale grows until the bias fits, and codes are rounded again.
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 4).Floats("w", [2, 4], 1e-7f, 1e-7f, 1e-7f, 0, 1, 1, 1, 1)
            .Floats("b", [2], 1e4f, 0).Node("Flatten", "x", "f").Node("Gemm", "f w b", "y", GraphBuilder.Int("transB", 1)).Build());
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, Nets.Images([1, 2, 3, 4], 1, 1, 4, 1))).Resolve(Settings(graph));

        var weights = network.Weights(graph.WeightedNodes.Single());

        weights.Scales[0].ShouldBeGreaterThan(1e-6f);
        weights.Codes.ShouldBe([0, 0, 0, 0, 64, 64, 64, 64]);
    }

    [Fact]
    public void Reconstruct_AnyMethod_LearnsSafeCodes()
    {
        using var net = Calibrated.Residual(48, 16);
        var start = ReconstructionStart.Of(net.Resolver.Resolve(Settings(net.Graph)));
        foreach (var method in Enum.GetValues<ReconstructionMethod>())
        {
            var options = new ReconstructionOptions { Method = method, Iterations = 40, ActivationIterations = 1, BatchSize = 8 };

            var learned = new SmallReconstruction(net.Graph, net.Images, start).Run(options).Parameters;

            learned.Weights.Count.ShouldBeGreaterThan(0);
            ShouldBeSafe(net.Resolver.Resolve(Settings(net.Graph), learned));
        }
    }

    [Fact]
    public void FineTune_PairSafePlan_TrainsSafeCodes()
    {
        using var net = new Calibrated(
            Nets.Group(TinyNetwork.Graph()), Nets.Noise(44, 1, TinyNetwork.Side, TinyNetwork.Side, 8, TinyNetwork.Classes));
        var options = new FineTuneOptions
        {
            Epochs = 3,
            BatchSize = 8,
            Optimizer = TrainingOptimizer.Sgd,
            LearningRate = 0.5, // far enough that pairs come together
            Distill = 0,
            Seed = 1,
        };
        var start = net.Resolver.Resolve(Settings(net.Graph));

        var trained = new FineTuner(start, options).Run(net.Images, net.Images, null, CancellationToken.None).Parameters;

        trained.Weights.Values.SelectMany(weights => weights.Codes).ShouldNotBe(
            net.Graph.WeightedNodes.SelectMany(node => start.Weights(node).Codes));
        ShouldBeSafe(net.Resolver.Resolve(Settings(net.Graph), trained));
    }

    [Fact]
    public void Resolve_LearnedForAnotherForm_IsRefused()
    {
        using var net = Calibrated.Residual(Images, Images);
        var node = net.Graph.WeightedNodes.First();
        var weights = net.Resolver.Resolve(Settings(net.Graph)).Weights(node);
        var learned = new LearnedParameters
        {
            Weights = new Dictionary<string, LearnedWeights>
            {
                [node.Name] = new([.. Enumerable.Repeat((sbyte)127, weights.Codes.Length)], weights.Scales),
            },
        };

        Should.Throw<KernelException>(() => net.Resolver.Resolve(Settings(net.Graph), learned)).Message
            .ShouldContain("neighbours that add up to more than 128");
        net.Resolver.Resolve(Nets.AllInt8(net.Graph), learned).Weights(node).Codes.ShouldAllBe(code => code == 127);
    }

    private static GroupDecision[] Settings(GroupedGraph graph) =>
        [.. graph.Groups.Select(_ => Decide.In(GroupFormat.Int8Safe))];

    private static IEnumerable<ElementType> Stored(ModelGraph file) => file.Nodes
        .Where(node => node.OpType == "DequantizeLinear" && file.Initializers.ContainsKey(node.Inputs[0]))
        .Select(node => file.Initializers[node.Inputs[0]].Type);

    private static void ShouldBeSafe(QuantizedNetwork network)
    {
        foreach (var node in network.Graph.WeightedNodes.Where(network.Layout.HasQuantizedWeights))
        {
            var weights = network.Weights(node);
            (PairedCodes.Of(node, weights.Shape)?.AreSafe(weights.Codes) ?? true).ShouldBeTrue(node.Name);
        }
    }
}
