namespace Cluster.Export.Tests.Parity;

/// <summary>On every target that is here the gate refuses what a writer may get wrong, and no sound plan.</summary>
[Long]
public sealed class EveryTargetTests
{
    // Of each of the 17 networks: 204 plans in all.
    private const int Plans = 4;

    [Theory]
    [InlineData(GateTarget.OnnxRuntime)]
    [InlineData(GateTarget.Libtorch)]
    [InlineData(GateTarget.TensorRtFile)]
    public void Check_EighteenFaults_AreRefused(GateTarget target)
    {
        using var net = Calibrated.Residual(32, 16);
        var all = target.Form(net, Nets.AllInt8(net.Graph));
        var mixed = target.Form(net, Nets.Mixed(net.Graph, index => net.Graph.Groups[index].Name != "c2"));
        var faults = FileFaults.OfCodes.Select(fault => (Plan: all, Name: "INT8: " + fault.Key, Plant: fault.Value))
            .Concat(FileFaults.OfCodes.Concat(FileFaults.OfFloats)
                .Select(fault => (Plan: mixed, Name: "mixed: " + fault.Key, Plant: fault.Value)))
            .ToArray();

        target.Check(net, all.Network, all.File).Failure.ShouldBeNull();
        target.Check(net, mixed.Network, mixed.File).Failure.ShouldBeNull();
        faults.Length.ShouldBe(18);
        faults.Where(fault => target.Check(net, fault.Plan.Network, fault.Plant(fault.Plan.File)).Passed)
            .Select(fault => fault.Name)
            .ShouldBeEmpty();
    }

    // The nineteenth: of 1e-6, in steps of 1e-8, where a Sigmoid may be wrong by 1e-7, and enlarged by what follows.
    [Theory]
    [InlineData(GateTarget.OnnxRuntime)]
    [InlineData(GateTarget.Libtorch)]
    [InlineData(GateTarget.TensorRtFile)]
    public void Check_FaultWithinFloat32Tolerance_IsRefused(GateTarget target)
    {
        using var net = new Calibrated(
            Nets.Group(new GraphBuilder(13, -1, 3, 8, 8)
                .Floats("w1", [8, 3, 3, 3], Nets.Values(216, 1, 0.05))
                .Floats("b1", [8], Nets.Values(8, 2))
                .Floats("w2", [4, 8, 3, 3], Nets.Values(288, 3, 0.2))
                .Floats("b2", [4], -12.5f, -13, -13.5f, -14)
                .Floats("w3", [2, 4, 3, 3], Nets.Values(72, 4, 1e6))
                .Node("Conv", "x w1 b1", "c1", Nets.Same)
                .Node("Relu", "c1", "r1")
                .Node("Conv", "r1 w2 b2", "c2", Nets.Same)
                .Node("Sigmoid", "c2", "r2")
                .Node("Conv", "r2 w3", "c3", Nets.Same)
                .Node("Flatten", "c3", "f")
                .Floats("w4", [5, 128], Nets.Values(640, 5))
                .Node("Gemm", "f w4", "y", GraphBuilder.Int("transB", 1))
                .Build(-1, 5)),
            Nets.Noise(16, 3, 8, 8, 8));
        var (network, file) = target.Form(net, Nets.AllInt8(net.Graph));

        target.Check(net, network, file).Failure.ShouldBeNull();
        foreach (string fault in (string[])["scale x 1.05", "scale x 1.01", "zero point + 1", "a sign"])
        {
            target.Check(net, network, FileFaults.OfCodes[fault](file)).Passed.ShouldBeFalse(fault);
        }
    }

    [Theory]
    [InlineData(GateTarget.OnnxRuntime)]
    [InlineData(GateTarget.Libtorch)]
    [InlineData(GateTarget.TensorRtFile)]
    public void Check_NaNInASecondOutput_IsRefused(GateTarget target)
    {
        var graph = new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w1", [4, 3, 3, 3], Nets.Values(108, 1, 0.01))
            .Floats("w2", [4, 4, 1, 1], Nets.Values(16, 2, 0.5))
            .Floats("b", [4], Nets.Values(4, 3))
            .Node("Conv", "x w1 b", "c", Nets.Same)
            .Node("Relu", "c", "r")
            .Node("Conv", "r w2 b", "s")
            .Node("Flatten", "s", "z")
            .Node("Flatten", "r", "y")
            .Build(-1, 256);
        using var net = new Calibrated(
            Nets.Group(graph with { Outputs = [.. graph.Outputs, new ValueInfo("z", ElementType.Float, [-1, 256])] }),
            Nets.Noise(16, 3, 8, 8, 8));
        var (network, file) = target.Form(net, Nets.Mixed(net.Graph, index => net.Graph.Groups[index].Name == "c"));
        string weights = file.Nodes.Single(node => node.Name == "s").Inputs[2];
        var torn = FileFaults.With(file, weights, stored =>
        {
            float[] one = stored.As<float>().ToArray();
            one[1] = float.NaN;
            return TensorData.FromFloats(stored.Shape, one);
        });

        target.Check(net, network, file).Failure.ShouldBeNull();
        target.Check(net, network, torn).Failure.ShouldNotBeNull().ShouldContain("output 'z'");
    }

    [Theory]
    [InlineData(Nets.ResNet20, GateTarget.Libtorch)]
    [InlineData(Nets.ResNet20, GateTarget.TensorRtFile)]
    [InlineData(Nets.MobileNet, GateTarget.Libtorch)]
    [InlineData(Nets.MobileNet, GateTarget.TensorRtFile)]
    public void Check_RandomPlansOfARealModel_Pass(string model, GateTarget target)
    {
        using var net = Calibrated.Shared(model, 4, 4);
        var random = new Random(17);
        for (int plan = 0; plan < 2; plan++)
        {
            bool[] quantized = [.. net.Graph.Groups.Select(_ => plan == 0 || random.Next(2) == 0)];
            var (network, file) = target.Form(net, Nets.Mixed(net.Graph, index => quantized[index]));
            var report = target.Check(net, network, file);
            report.Failure.ShouldBeNull(string.Join(' ', quantized));
        }
    }

    [Theory]
    [InlineData(GateTarget.OnnxRuntime)]
    [InlineData(GateTarget.Libtorch)]
    [InlineData(GateTarget.TensorRtFile)]
    public void Check_RandomPlans_Pass(GateTarget target)
    {
        foreach (string name in SmallNetworks.All.Keys)
        {
            using var net = Calibrated.Small(name);
            var random = new Random(name.Length);
            for (int plan = 0; plan < Plans; plan++)
            {
                string calibrator = plan % 2 == 0 ? "mse" : "max";
                bool[] quantized = [.. net.Graph.Groups.Select(_ => plan == 0 || random.Next(3) > 0)];
                var (network, file) = target.Form(net, Nets.Mixed(net.Graph, index => quantized[index], calibrator));
                target.Check(net, network, file).Failure.ShouldBeNull($"{name}: {string.Join(' ', quantized)}");
            }
        }
    }
}
