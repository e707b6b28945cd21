using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution.Files;

/// <summary>A file that is read back computes what the plan's simulation does, bit for bit, and what ONNX Runtime does.</summary>
public sealed class QuantizedModelTests
{
    public static TheoryData<string> Small => [.. SmallNetworks.All.Keys];

    [Fact]
    public void Run_GoldenNet_GivesTheCodesAndLogitsComputedByHand()
    {
        using var model = Load(GoldenNet.Quantized());
        var seen = new CodeRecorder();
        float[] pixels = [.. GoldenNet.Pixels.Select(pixel => (float)pixel)];
        using var input = TensorFactory.FromFloats(pixels, [1, 1, 1, 3]);

        using var logits = model.Run(input, seen);

        seen.Codes["r1"].ShouldBe(GoldenNet.Codes1.Select(code => (int)code));
        seen.Codes["c2"].ShouldBe(GoldenNet.Codes2.Select(code => (int)code));
        TensorFactory.ToFloats(logits).ShouldBe(GoldenNet.Logits);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Run_EverySmallNetwork_IsThePlansSimulation(string name)
    {
        using var net = Calibrated.Small(name, 8, 4);
        for (int plan = 0; plan < 1 << Math.Min(6, net.Graph.Groups.Count); plan++)
        {
            var network = net.Resolver.Resolve(Nets.Mixed(net.Graph, group => (plan >> (group % 6) & 1) == 1));
            using var model = Load(network);
            float[] pixels = net.Images.Pixels(0);

            // libtorch's LSTM adds in an order that depends on where its weights lie.
            Nets.Distance(model.Run(pixels, [4, 3, 8, 8]), net.Float32.Run(pixels, [4, 3, 8, 8], network)).ShouldBeLessThanOrEqualTo(
                name.StartsWith("LSTM", StringComparison.Ordinal) ? 1e-6f : 0, $"plan {plan}");
        }
    }

    [Theory]
    [InlineData(4, 4, CodeStorage.Bytes)]
    [InlineData(4, 4, CodeStorage.Nibbles)]
    [InlineData(4, 8, CodeStorage.Nibbles)]
    [InlineData(2, 3, CodeStorage.Bytes)]
    public void Run_FewerBits_IsThePlansSimulation(int weights, int activations, CodeStorage storage)
    {
        using var net = Calibrated.Residual(8, 8);
        var network = net.Resolve(_ => Decide.Integer("mse", false, weights, activations));
        using var model = Load(network, storage);
        float[] pixels = net.Images.Pixels(0);

        Nets.Distance(model.Run(pixels, [8, 3, 8, 8]), net.Float32.Run(pixels, [8, 3, 8, 8], network)).ShouldBeLessThan(1e-4f);
    }

    [Theory]
    [InlineData(Nets.ResNet8, 128)]
    [InlineData(Nets.ResNet20, 128)]
    [InlineData(Nets.MobileNet, 32)]
    [InlineData("mnist/mnist-cntk-opset8", 128)]
    [InlineData("mnist/lenet-mnist", 128)]
    public void Run_RealModel_HasTheTopOneCountOfOnnxRuntime(string name, int count)
    {
        using var net = Calibrated.Shared(name, count);
        byte[] file = File(net.Resolve(group => group.Index % 3 == 1 ? Decide.Float32 : Decide.Integer("max", false)));
        int classes = (int)net.Graph.Output.Shape[^1];
        float[] runtime = RuntimeEvaluator.Logits(ModelFile.Of(file), net.Images, classes, 1, CancellationToken.None);
        using var model = QuantizedModel.Load(ModelFile.Of(file), "artefact");

        float[] logits = [.. Enumerable.Range(0, net.Images.Count).SelectMany(batch => model.Run(net.Images.Inputs(batch))[0])];

        var expected = RuntimeEvaluator.Score(runtime, classes, net.Images, null);
        var found = RuntimeEvaluator.Score(logits, classes, net.Images, runtime);
        found.Correct.ShouldBe(expected.Correct);
        found.Agree.ShouldBeGreaterThanOrEqualTo(count - 1);
    }

    [Fact]
    public void Run_Float32File_IsTheNetwork()
    {
        var graph = Nets.Residual();
        using var float32 = new FloatNetwork(Nets.Group(graph));
        using var model = QuantizedModel.Load(OnnxWriter.Write(graph), "residual");
        float[] pixels = Nets.Noise(4, 3, 8, 8, 4).Pixels(0);

        model.Run(pixels, [4, 3, 8, 8]).ShouldBe(float32.Run(pixels, [4, 3, 8, 8]));
        model.InputShape.ShouldBe([-1, 3, 8, 8]);
        model.OutputShape.ShouldBe([-1, 5]);
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensorBehind()
    {
        var (network, pixels) = Residual();
        using var model = Load(network);

        TensorLeaks.ShouldBeNone(() => model.Run(pixels, [4, 3, 8, 8]));
    }

    [Fact]
    public void Run_AnotherShape_IsRefusedInOneSentence()
    {
        var (network, pixels) = Residual();
        using var model = Load(network);

        Should.Throw<KernelException>(() => model.Run(pixels, [4, 3, 4, 16])).Message
            .ShouldBe(
                "An input of Float32 and shape [4,3,4,16] was given; the network takes Float32 of shape [-1,3,8,8], "
                + "-1 standing for any size.");
    }

    [Fact]
    public void Load_DeviceThatIsNotThere_IsRefused()
    {
        Assert.SkipWhen(TorchSettings.CudaDevices > 0, "This machine has a CUDA device.");
        var (network, _) = Residual();

        Should.Throw<KernelException>(() => QuantizedModel.Load(ModelFile.Of(File(network)), "residual", ComputeDevice.Parse("cuda:0")))
            .Message.ShouldStartWith("cuda:0 was asked for, but libtorch");
    }

    private static (QuantizedNetwork Network, float[] Pixels) Residual()
    {
        using var net = Calibrated.Residual(4, 4);
        return (net.AllInt8(), net.Images.Pixels(0));
    }

    private static byte[] File(QuantizedNetwork network, CodeStorage storage = CodeStorage.Bytes) =>
        OnnxWriter.Write(QdqExporter.Export(network, storage)).Message;

    private static QuantizedModel Load(QuantizedNetwork network, CodeStorage storage = CodeStorage.Bytes) =>
        QuantizedModel.Load(ModelFile.Of(File(network, storage)), "artefact");
}
