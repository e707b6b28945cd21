using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using Cluster.Kernels.Tests.Evaluation.Parity;
using Cluster.Kernels.Tests.Graphs;
using Cluster.Kernels.Tests.Plans;
using Cluster.Kernels.Tests.Runtimes;
using Cluster.Kernels.Tests.Tensors;
using Cluster.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Execution.Files;

/// <summary>A file that is read back computes what the plan's simulation does, bit for bit, and what ONNX Runtime does.</summary>
public sealed class QuantizedModelTests
{
    public static TheoryData<string> Small => [.. EveryPlanTests.Networks.Keys];

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
        var graph = Nets.Group(EveryPlanTests.Networks[name]().Build());
        var images = Nets.Noise(8, 3, 8, 8, 4);
        using var float32 = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(float32, images));
        for (int plan = 0; plan < 1 << Math.Min(6, graph.Groups.Count); plan++)
        {
            var network = resolver.Resolve(Nets.Mixed(graph, group => (plan >> (group % 6) & 1) == 1));
            using var model = Load(network);
            float[] pixels = images.Pixels(0);

            model.Run(pixels, [4, 3, 8, 8]).ShouldBe(float32.Run(pixels, [4, 3, 8, 8], network), $"plan {plan}");
        }
    }

    [Theory]
    [InlineData(4, 4, CodeStorage.Bytes)]
    [InlineData(4, 4, CodeStorage.Nibbles)]
    [InlineData(4, 8, CodeStorage.Nibbles)]
    [InlineData(2, 3, CodeStorage.Bytes)]
    public void Run_FewerBits_IsThePlansSimulation(int weights, int activations, CodeStorage storage)
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(8, 3, 8, 8, 8);
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(
            [.. graph.Groups.Select(_ => Decide.Integer("mse", false, weights, activations))]);
        using var model = Load(network, storage);
        float[] pixels = images.Pixels(0);

        Close(model.Run(pixels, [8, 3, 8, 8]), float32.Run(pixels, [8, 3, 8, 8], network), 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Run_EverySmallNetwork_HasTheLogitsOfOnnxRuntime(string name)
    {
        var graph = Nets.Group(EveryPlanTests.Networks[name]().Build());
        var images = Nets.Noise(24, 3, 8, 8, 8);
        using var float32 = new FloatNetwork(graph);
        byte[] file = File(new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(Nets.AllInt8(graph, "max")));
        using var model = QuantizedModel.Load(file, name);
        float[] pixels = images.Pixels(0);
        float[] runtime = InRuntime.Run(file, TensorData.FromFloats([8, 3, 8, 8], pixels));

        // Some code that rounds to the other side reaches a logit as a share of one step.
        Close(model.Run(pixels, [8, 3, 8, 8]), runtime, 0.02f);
    }

    [Theory]
    [InlineData(Nets.ResNet8, 256)]
    [InlineData(Nets.ResNet20, 256)]
    [InlineData(Nets.MobileNet, 64)]
    [InlineData("mnist/mnist-cntk-opset8", 256)]
    [InlineData("mnist/lenet-mnist", 256)]
    public void Run_RealModel_HasTheTopOneCountOfOnnxRuntime(string name, int count)
    {
        var graph = Nets.Shared(name);
        var images = Nets.SharedImages(name, count, 16);
        using var float32 = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(float32, images.Take(32)));
        foreach (var settings in new[] { Nets.AllInt8(graph, "max"), Nets.Mixed(graph, index => index % 2 == 0) })
        {
            AgreesOnTopOne(File(resolver.Resolve(settings)), graph, images);
        }
    }

    [Fact]
    public void Run_GlyphsOfTheDemo_HasTheTopOneCountOfOnnxRuntime()
    {
        string path = Checkout.At("samples", "glyphs.onnx");
        var graph = Nets.Group(OnnxReader.Read(path));
        var images = Nets.Noise(64, 1, (int)graph.Input.Shape[2], (int)graph.Input.Shape[3], 16, classes: 10) with
        {
            Preprocess = Preprocess.LoadFor(path)
        };
        using var float32 = new FloatNetwork(graph);

        AgreesOnTopOne(File(new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(Nets.AllInt8(graph))), graph, images);
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
        model.Run(pixels, [4, 3, 8, 8]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
        {
            model.Run(pixels, [4, 3, 8, 8]);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
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
        if (TorchSettings.CudaDevices > 0)
        {
            Assert.Skip("This machine has a CUDA device.");
        }

        var (network, _) = Residual();

        Should.Throw<KernelException>(() => QuantizedModel.Load(File(network), "residual", ComputeDevice.Parse("cuda:0")))
            .Message.ShouldStartWith("cuda:0 was asked for, but libtorch");
    }

    private static (QuantizedNetwork Network, float[] Pixels) Residual()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(4, 3, 8, 8, 4);
        using var float32 = new FloatNetwork(graph);
        return (new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(Nets.AllInt8(graph)), images.Pixels(0));
    }

    private static void AgreesOnTopOne(byte[] file, GroupedGraph graph, ImageBatches images)
    {
        int classes = (int)graph.Output.Shape[^1];
        float[] runtime = RuntimeEvaluator.Logits(file, images, classes, 1, CancellationToken.None);
        using var model = QuantizedModel.Load(file, "artefact");
        float[] logits = [.. Enumerable.Range(0, images.Count).SelectMany(batch => model.Run(
            images.Pixels(batch), images.Inputs(batch)[0].Shape))];

        var expected = RuntimeEvaluator.Score(runtime, classes, images, null);
        var found = RuntimeEvaluator.Score(logits, classes, images, runtime);
        found.Correct.ShouldBe(expected.Correct);
        found.Agree.ShouldBeGreaterThanOrEqualTo(images.Images.Count - 1);
    }

    private static void Close(float[] found, float[] expected, float share)
    {
        float largest = expected.Max(Math.Abs);
        found.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(share * largest);
    }

    private static byte[] File(QuantizedNetwork network, CodeStorage storage = CodeStorage.Bytes) =>
        OnnxWriter.Write(QdqExporter.Export(network, storage));

    private static QuantizedModel Load(QuantizedNetwork network, CodeStorage storage = CodeStorage.Bytes) =>
        QuantizedModel.Load(File(network, storage), "artefact");
}
