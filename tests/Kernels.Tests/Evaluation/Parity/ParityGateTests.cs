namespace Cluster.Kernels.Tests.Evaluation.Parity;

public sealed class ParityGateTests
{
    [Fact]
    public void Check_ChangedWeightCode_NamesTheFirstTensorThatDiverges()
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

        var one = net.Check(network, artefact, workers: 1);
        var several = net.Check(network, artefact, workers: 3);

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
        byte[] artefact = OnnxWriter.Write(QdqExporter.Export(network));

        var report = net.Check(network, artefact, workers: 1);

        report.Passed.ShouldBeTrue();
        report.Outputs!.Agree.ShouldBe(32);
        report.Images.ShouldBe(32);
        report.QuantizeNodes.ShouldBe(QdqExporter.ExpectedQuantizeNodes(network));
        report.Tensors.Select(tensor => tensor.Tensor).ShouldBe(network.Layout.Points.Keys, ignoreOrder: true);
        report.Tensors.ShouldAllBe(tensor => tensor.Elements > 0);
        TensorLeaks.ShouldBeNone(() => net.Check(network, artefact, workers: 1));
    }

    private static ParityReport Tampered(string initializer, Func<TensorData, TensorData> change)
    {
        using var net = Calibrated.Residual(32, 16);
        var network = net.AllInt8();
        return net.Check(network, Tampered(network, initializer, change));
    }

    private static byte[] Tampered(QuantizedNetwork network, string initializer, Func<TensorData, TensorData> change)
    {
        var graph = QdqExporter.Export(network);
        var constants = graph.Initializers.ToDictionary(StringComparer.Ordinal);
        constants[initializer] = change(constants[initializer]);
        return OnnxWriter.Write(graph with { Initializers = constants });
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
