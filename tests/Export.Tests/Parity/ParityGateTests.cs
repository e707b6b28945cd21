namespace Cluster.Export.Tests.Parity;

public sealed class ParityGateTests
{
    [Fact]
    public void Check_ChangedWeightCode_NamesFirstDivergingTensor()
    {
        var report = Tampered(
            "c2_weight_codes",
            data => Changed(data, code => code > 0 ? -127 : 127));

        report.Passed.ShouldBeFalse();
        (report.Failure ?? "passed").ShouldContain("group 'c2', tensor 'c2'");
        report.Tensors.Single(tensor => tensor.Tensor == "r1").Passes.ShouldBeTrue();
    }

    [Fact]
    public void Check_ChangedClassifierWeight_IsRefused()
    {
        var report = Tampered(
            "y_weight_codes",
            data => Changed(data, code => code > 0 ? code - 40 : code + 40));

        report.Passed.ShouldBeFalse();
        (report.Failure ?? "passed").ShouldContain("'y'");
    }

    [Fact]
    public void Check_AnyNumberOfWorkers_FindsTheSame()
    {
        using var net = Calibrated.Residual(32, 16);
        var network = net.AllInt8();
        byte[] artefact = Tampered(
            network, "r2_scale", data => TensorData.FromFloats(data.Shape, [data.As<float>()[0] * 1.1f]));

        var one = net.Check(network, ModelFile.Of(artefact), workers: 1);
        var several = net.Check(network, ModelFile.Of(artefact), workers: 3);

        one.Tensors.Sum(tensor => tensor.Different).ShouldBeGreaterThan(0);
        (one.Failure ?? "passed").ShouldContain("group 'c2', tensor 'r2'");
        several.Tensors.ShouldBe(one.Tensors);
        several.Failure.ShouldBe(one.Failure);
        several.Outputs.ShouldBe(one.Outputs);
    }

    [Fact]
    public void Check_RemovedPair_IsCounted()
    {
        using var net = Calibrated.Residual(32, 16);
        var network = net.AllInt8();
        var graph = QdqExporter.Export(network);
        var without = graph with
        {
            Nodes = [.. graph.Nodes
                .Where(node => node.Name is not "r1_quantize" and not "r1_dequantize")
                .Select(node => node with { Inputs = [.. node.Inputs.Select(input => input == "r1_dequantized" ? "r1" : input)] })],
        };

        net.Check(network, OnnxWriter.Write(without)).Failure
            .ShouldBe("The artefact has 6 QuantizeLinear nodes where the plan has 7.");
    }

    [Fact]
    public void Check_Untouched_PassesWithEveryPointAndLeavesNoTensorBehind()
    {
        using var net = Calibrated.Residual(32, 16);
        var network = net.AllInt8();
        byte[] artefact = OnnxWriter.Write(QdqExporter.Export(network)).Message;

        var report = net.Check(network, ModelFile.Of(artefact), workers: 1);

        report.Passed.ShouldBeTrue();
        report.Outputs!.Agree.ShouldBe(32);
        report.Images.ShouldBe(32);
        report.QuantizeNodes.ShouldBe(QdqExporter.ExpectedQuantizeNodes(network));
        report.Tensors.Select(tensor => tensor.Tensor).ShouldBe(network.Layout.Points.Keys, ignoreOrder: true);
        report.Tensors.ShouldAllBe(tensor => tensor.Elements > 0);
        TensorLeaks.ShouldBeNone(() => net.Check(network, ModelFile.Of(artefact), workers: 1));
    }

    // Differences compared with the output's largest element alone refuse each sound file.
    [Theory]
    [InlineData("Sigmoid", -11)]
    [InlineData("Sigmoid", -13)]
    [InlineData("x Sigmoid", -11)]
    [InlineData("1 + Tanh", -6)]
    [InlineData("1 + Erf", -3.4f)]
    [InlineData("Gelu", -4.7f)]
    public void Check_SmallOutputs_PassUnlessLayerIsWrong(string function, float around)
    {
        using var net = new Calibrated(Nets.Group(Saturated(function, around)), Nets.Noise(16, 3, 8, 8, 4));
        var network = net.AllInt8();
        var file = QdqExporter.Export(network);

        // The last convolution stays in FP32 where no product reads it.
        var wrong = file.Initializers.ContainsKey("b2")
            ? FileFaults.With(
                file,
                "b2",
                bias => TensorData.FromFloats(bias.Shape, [.. bias.As<float>().ToArray().Select(value => value * 1.05f)]))
            : FileFaults.With(
                file,
                "c2_bias_codes",
                codes => TensorData.FromInt32(codes.Shape, [.. codes.As<int>().ToArray().Select(code => code + (code / 20))]));

        net.Check(network, OnnxWriter.Write(file)).Failure.ShouldBeNull();
        net.Check(network, OnnxWriter.Write(wrong)).Passed.ShouldBeFalse();
    }

    private static ModelGraph Saturated(string function, float around)
    {
        var graph = new GraphBuilder(20, -1, 3, 8, 8)
            .Floats("w1", [8, 3, 3, 3], Nets.Values(216, 1, 0.01))
            .Floats("w2", [2, 8, 3, 3], Nets.Values(144, 2, 0.001))
            .Floats("b2", [2], around, around)
            .Floats("one", [], 1)
            .Node("Conv", "x w1", "c1", Nets.Same)
            .Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2 b2", "c2", Nets.Same);
        _ = function switch
        {
            "x Sigmoid" => graph.Node("Sigmoid", "c2", "e").Node("Mul", "c2 e", "s"),
            "1 + Tanh" => graph.Node("Tanh", "c2", "e").Node("Add", "one e", "s"),
            "1 + Erf" => graph.Node("Erf", "c2", "e").Node("Add", "one e", "s"),
            _ => graph.Node(function, "c2", "s"),
        };
        return graph.Node("Flatten", "s", "y").Build(-1, 128);
    }

    private static ParityReport Tampered(string initializer, Func<TensorData, TensorData> change)
    {
        using var net = Calibrated.Residual(32, 16);
        var network = net.AllInt8();
        return net.Check(network, ModelFile.Of(Tampered(network, initializer, change)));
    }

    private static byte[] Tampered(QuantizedNetwork network, string initializer, Func<TensorData, TensorData> change)
    {
        var graph = QdqExporter.Export(network);
        var constants = graph.Initializers.ToDictionary(StringComparer.Ordinal);
        constants[initializer] = change(constants[initializer]);
        return OnnxWriter.Write(graph with { Initializers = constants }).Message;
    }

    // Another code of the fifth weight, of int8 or of uint8 around 128, as this processor has them.
    private static TensorData Changed(TensorData codes, Func<int, int> change)
    {
        int zero = codes.Type == ElementType.UInt8 ? 128 : 0;
        byte[] bytes = codes.Bytes.ToArray();
        bytes[4] = (byte)(change((sbyte)(bytes[4] - zero)) + zero);
        return new TensorData(codes.Type, codes.Shape, bytes);
    }
}
