namespace Cluster.Kernels.Tests.Execution.Files;

/// <summary>A CUDA device computes the processor's codes.</summary>
public sealed class CudaCodesTests
{
    public static TheoryData<string> Small => [.. SmallNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Small))]
    public void Run_EverySmallNetwork_HasTheProcessorsCodes(string name) =>
        HasTheProcessorsCodes(SmallNetworks.All[name]().Build(), Nets.Noise(8, 3, 8, 8, 8));

    // Sizes for which cuDNN does not add up directly in FP32.
    [Theory]
    [InlineData(64, 56)]
    [InlineData(128, 28)]
    [InlineData(256, 14)]
    [InlineData(512, 7)]
    public void Run_LayersOfResNet50_HaveTheProcessorsCodes(int channels, int side)
    {
        long[] weights = [channels, channels, 3, 3];
        var graph = new GraphBuilder(14, -1, 3, side, side)
            .Floats("w1", [channels, 3, 1, 1], Nets.Values(3 * channels, 1, 0.01)).Floats("b1", [channels], Nets.Values(channels, 2))
            .Floats("w2", weights, Nets.Values(9 * channels * channels, 3, 0.2)).Floats("b2", [channels], Nets.Values(channels, 4))
            .Node("Conv", "x w1 b1", "c1").Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same).Node("Relu", "c2", "r2")
            .Node("Conv", "r2 w2 b2", "y", Nets.Same);

        HasTheProcessorsCodes(graph.Build(-1, channels, side, side), Nets.Noise(32, 3, side, side, 32));
    }

    [Fact]
    public void Run_EveryOperator_GivesTheProcessorsNumbers()
    {
        Assert.SkipWhen(TorchSettings.CudaDevices == 0, "There is no CUDA device on this machine.");
        OperatorTests.Cases.Keys.Where(name => DistanceFromTheProcessor(name) > 1e-4f).ShouldBeEmpty();
    }

    private static void HasTheProcessorsCodes(ModelGraph network, ImageBatches images)
    {
        Assert.SkipWhen(TorchSettings.CudaDevices == 0, "There is no CUDA device on this machine.");
        using var net = new Calibrated(Nets.Group(network), images);
        byte[] file = OnnxWriter.Write(QdqExporter.Export(net.AllInt8("max"))).Message;

        var expected = Codes(file, images, ComputeDevice.Cpu);
        var found = Codes(file, images, ComputeDevice.Parse("cuda"));

        found.Keys.ShouldBe(expected.Keys);
        foreach (var (tensor, codes) in expected)
        {
            int other = codes.Zip(found[tensor], (one, two) => one == two ? 0 : 1).Sum();
            other.ShouldBe(0, $"codes of {tensor}, of {codes.Length}");
        }
    }

    private static float DistanceFromTheProcessor(string name)
    {
        byte[] file = OnnxWriter.Write(OperatorTests.Cases[name]().Build()).Message;
        return Nets.Distance(Output(file, ComputeDevice.Parse("cuda")), Output(file, ComputeDevice.Cpu));
    }

    private static float[] Output(byte[] file, ComputeDevice device)
    {
        using var model = QuantizedModel.Load(ModelFile.Of(file), device.ToString(), device);
        using var input = TensorFactory.FromFloats(Nets.Values(3 * 252, 14, 2), [3, 4, 7, 9]);
        using var output = model.Run(input);
        return TensorFactory.ToFloats(output);
    }

    private static Dictionary<string, int[]> Codes(byte[] file, ImageBatches images, ComputeDevice device)
    {
        var seen = new CodeRecorder();
        using var model = QuantizedModel.Load(ModelFile.Of(file), device.ToString(), device);
        using var input = TensorFactory.FromTensorData(images.Inputs(0)[0]);
        using var output = model.Run(input, seen);
        return seen.Codes;
    }
}
