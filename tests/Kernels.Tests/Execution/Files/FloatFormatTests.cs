namespace Cluster.Kernels.Tests.Execution.Files;

/// <summary>Groups in FP16: what the file says, and that whoever loads it computes the plan's simulation.</summary>
public sealed class FloatFormatTests
{
    private static readonly long[] Shape = [4, 3, 8, 8];

    // No target has both 16-bit floats and LSTM in integers.
    public static TheoryData<string> Small => [.. SmallNetworks.All.Keys.Where(name => name != "LSTM between layers")];

    // 1 + 2^-11 is 1 in FP16; in FP32 the product is 2049. 1 * 2048 + 1 = 2049 is a tie between 2048 and 2050 in FP16.
    [Theory]
    [InlineData("float16", 2048)]
    [InlineData("float32", 2050)]
    public void Run_OneProduct_IsRoundedAsComputedByHand(string format, float expected)
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [1, 1, 1, 1], 2048).Floats("b", [1], 1)
            .Node("Conv", "x w b", "c").Node("Flatten", "c", "y").Build(-1, 1));
        var network = Resolve(graph, [.. graph.Groups.Select(_ => In(format))]);
        float[] pixel = [1 + (1 / 2048f)];

        using var model = Load(network);
        using var float32 = new FloatNetwork(graph);

        model.Run(pixel, [1, 1, 1, 1]).ShouldBe([expected]);
        float32.Run(pixel, [1, 1, 1, 1], network).ShouldBe([expected]);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Run_EverySmallNetwork_IsThePlansSimulation(string name)
    {
        using var net = Calibrated.Small(name, 8, 4);
        float[] pixels = net.Images.Pixels(0);
        foreach (var settings in Plans(net.Graph))
        {
            var network = net.Resolver.Resolve(settings);
            byte[] file = File(network);
            using var model = QuantizedModel.Load(ModelFile.Of(file), name);
            string plan = string.Join(' ', settings.Select(setting => setting.Format.Weights));
            float[] simulated = net.Float32.Run(pixels, Shape, network);

            // Below 8 bits layers compute on real numbers, and a file's are scaled once more: a tie in FP16 may fall to either side.
            float most = settings.Any(setting => setting.Format.Weights.Bits == 4) ? 0.01f : 0;
            Nets.Distance(model.Run(pixels, Shape), simulated).ShouldBeLessThanOrEqualTo(most, plan);
        }
    }

    [Fact]
    public void Run_EverySmallNetwork_HasTheLogitsOfOnnxRuntime()
    {
        foreach (var (name, build) in SmallNetworks.All)
        {
            var graph = Nets.Group(build().Build());
            var images = Nets.Noise(8, 3, 8, 8, 4);
            byte[] file = File(Resolve(graph, [.. graph.Groups.Select(group => group.Index % 3 == 2 ? Decide.Float32 : In("float16"))]));
            using var model = QuantizedModel.Load(ModelFile.Of(file), name);
            float[] pixels = images.Pixels(0);

            float[] runtime = InRuntime.Run(file, TensorData.FromFloats(Shape, pixels));

            Nets.Distance(model.Run(pixels, Shape), runtime).ShouldBeLessThanOrEqualTo(0.01f, name);
        }
    }

    [Fact]
    public void Run_OnCuda_IsNearTheProcessor()
    {
        Assert.SkipWhen(TorchSettings.CudaDevices == 0, "There is no CUDA device on this machine.");
        var on = ComputeDevice.Parse("cuda");
        var graph = Nets.Group(Nets.Residual());
        float[] pixels = Nets.Noise(4, 3, 8, 8, 4).Pixels(0);
        foreach (var settings in Plans(graph))
        {
            byte[] file = File(Resolve(graph, settings));
            using var host = QuantizedModel.Load(ModelFile.Of(file), "host");
            using var device = QuantizedModel.Load(ModelFile.Of(file), "device", on);

            Nets.Distance(device.Run(pixels, Shape), host.Run(pixels, Shape))
                .ShouldBeLessThanOrEqualTo(0.03f, string.Join(' ', settings.Select(one => one.Format)));
        }
    }

    [Fact]
    public void Export_TwoLayersInFloat16_CastsAtTheEndsOnlyAndStoresHalves()
    {
        var graph = Nets.Group(Nets.Residual());
        var network = Resolve(graph, [.. graph.Groups.Select(_ => In("float16"))]);

        var file = QdqExporter.Export(network);

        file.Nodes.Count(node => node.OpType == "Cast").ShouldBe(2);
        file.Initializers.Values.Where(constant => constant.Type == ElementType.Float).ShouldBeEmpty();
        file.Opset.ShouldBe(13);
        PackedSize.Bytes(network).ShouldBe(PackedSize.Bytes(graph.Graph) / 2);
    }

    [Theory]
    [InlineData("float16", "float32")]
    [InlineData("int8", "float16")]
    public void Resolve_FormatsThatNothingComputes_AreRefusedInOneSentence(string weights, string activations)
    {
        var graph = Nets.Group(Nets.Residual());
        var setting = Decide.In(new GroupFormat(NumberFormat.Parse(weights), NumberFormat.Parse(activations)));

        Should.Throw<KernelException>(() => Resolve(graph, [.. graph.Groups.Select(_ => setting)])).Message.ShouldBe(
            $"Weights in {weights} with activations in {activations} were asked for; both are integers, or both the same of "
            + "float32, float16.");
    }

    // All groups in each float, and each float and integers by turns, so that every format meets every other.
    private static IEnumerable<GroupDecision[]> Plans(GroupedGraph graph)
    {
        GroupDecision[] formats = [In("float16"), Decide.Integer("max", false), Decide.Float32];
        foreach (var only in formats.Where(setting => !setting.Format.IsInteger))
        {
            yield return [.. graph.Groups.Select(_ => only)];
        }

        for (int first = 0; first < formats.Length; first++)
        {
            foreach (int step in new[] { 1, 2 })
            {
                yield return [.. graph.Groups.Select(group => formats[(first + (step * group.Index)) % formats.Length])];
            }
        }

        yield return [.. graph.Groups.Select(group => group.Index % 2 == 0 ? In("float16") : Decide.Integer("max", false, 4, 4))];
    }

    private static GroupDecision In(string format) => Decide.In(GroupFormat.Parse(format));

    private static QuantizedNetwork Resolve(GroupedGraph graph, GroupDecision[] settings)
    {
        using var float32 = new FloatNetwork(graph);
        long[] shape = [.. graph.Input.Shape];
        return new PlanResolver(graph, Nets.Calibrate(float32, Nets.Noise(8, (int)shape[1], (int)shape[2], (int)shape[3], 4)))
            .Resolve(settings);
    }

    private static byte[] File(QuantizedNetwork network) => OnnxWriter.Write(QdqExporter.Export(network)).Message;

    private static QuantizedModel Load(QuantizedNetwork network) => QuantizedModel.Load(ModelFile.Of(File(network)), "artefact");
}
