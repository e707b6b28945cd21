using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Runtimes;
using TorchSharp;

namespace Cluster.Kernels.Tests.Evaluation.Parity;

public sealed class ParityGateTests
{
    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.ResNet20)]
    [InlineData(Nets.MobileNet)]
    [InlineData("mnist/mnist-cntk-opset8")]
    public void Check_RealModel_PassesAllInt8AndAlternating(string model)
    {
        var graph = Nets.Shared(model);
        var images = Nets.SharedImages(model, 32, 16);
        using var float32 = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(float32, images));
        foreach (var settings in new[]
        {
            Nets.AllInt8(graph, "max"),
            Nets.AllInt8(graph),
            Nets.Mixed(graph, index => index % 2 == 0),
            Nets.Mixed(graph, index => index % 2 == 1)
        })
        {
            var network = resolver.Resolve(settings);

            var report = ParityGate.Check(float32, network, Artefact(network), images, workers: 2, CancellationToken.None);

            report.Failure.ShouldBeNull();
            report.Passed.ShouldBeTrue();
            report.Images.ShouldBe(32);
            report.QuantizeNodes.ShouldBe(QdqExporter.ExpectedQuantizeNodes(network));
            report.Tensors.Select(tensor => tensor.Tensor).Order(StringComparer.Ordinal)
                .ShouldBe(network.Layout.Points.Keys.Order(StringComparer.Ordinal));
            report.Tensors.ShouldAllBe(tensor => tensor.Elements > 0);
        }
    }

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
    public void Check_ChangedBias_NamesTheLayer()
    {
        var report = Tampered(
            "c1_bias_codes", data => TensorData.FromInt32(data.Shape, [.. data.As<int>().ToArray().Select(code => code * 2)]));

        (report.Failure ?? "passed").ShouldContain("tensor 'r1'");
    }

    [Fact]
    public void Check_ChangedScale_NamesTheTensor()
    {
        var report = Tampered("r2_scale", data => TensorData.FromFloats(data.Shape, [data.As<float>()[0] * 1.1f]));

        (report.Failure ?? "passed").ShouldContain("group 'c2', tensor 'r2'");
    }

    [Fact]
    public void Check_AnyNumberOfWorkers_FindsTheSame()
    {
        var (float32, network, images) = Small();
        using (float32)
        {
            var graph = QdqExporter.Export(network);
            var constants = graph.Initializers.ToDictionary(StringComparer.Ordinal);
            constants["r2_scale"] = TensorData.FromFloats(constants["r2_scale"].Shape, [constants["r2_scale"].As<float>()[0] * 1.1f]);
            byte[] artefact = OnnxWriter.Write(graph with { Initializers = constants });

            var one = ParityGate.Check(float32, network, artefact, images, workers: 1, CancellationToken.None);
            var several = ParityGate.Check(float32, network, artefact, images, workers: 3, CancellationToken.None);

            images.Images.Count.ShouldBeGreaterThan(8, "several batches");
            one.Tensors.Sum(tensor => tensor.Different).ShouldBeGreaterThan(0);
            several.Tensors.ShouldBe(one.Tensors);
            several.Failure.ShouldBe(one.Failure);
            several.Outputs.ShouldBe(one.Outputs);
        }
    }

    [Fact]
    public void Check_RemovedPair_IsCounted()
    {
        var (float32, network, images) = Small();
        using (float32)
        {
            var graph = QdqExporter.Export(network);
            var without = graph with
            {
                Nodes = [.. graph.Nodes
                    .Where(node => node.Name is not "r1_quantize" and not "r1_dequantize")
                    .Select(node => node with { Inputs = [.. node.Inputs.Select(input => input == "r1_dequantized" ? "r1" : input)] })],
            };

            var report = ParityGate.Check(float32, network, OnnxWriter.Write(without), images, workers: 2, CancellationToken.None);

            report.Failure.ShouldBe("The artefact has 6 QuantizeLinear nodes where the plan has 7.");
        }
    }

    [Fact]
    public void Check_Untouched_PassesAndLeavesNoTensorBehind()
    {
        var (float32, network, images) = Small();
        using (float32)
        {
            byte[] artefact = Artefact(network);
            ParityGate.Check(float32, network, artefact, images, workers: 1, CancellationToken.None).Passed.ShouldBeTrue();
            long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            for (int i = 0; i < 5; i++)
            {
                ParityGate.Check(float32, network, artefact, images, workers: 1, CancellationToken.None)
                    .Outputs!.Agree.ShouldBe(images.Images.Count);
            }

            DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
        }
    }

    private static ParityReport Tampered(string initializer, Func<TensorData, TensorData> change)
    {
        var (float32, network, images) = Small();
        using (float32)
        {
            var graph = QdqExporter.Export(network);
            var constants = graph.Initializers.ToDictionary(StringComparer.Ordinal);
            constants[initializer] = change(constants[initializer]);
            return ParityGate.Check(
                float32, network, OnnxWriter.Write(graph with { Initializers = constants }), images, workers: 2, CancellationToken.None);
        }
    }

    private static (FloatNetwork Float32, QuantizedNetwork Network, ImageBatches Images) Small()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(32, 3, 8, 8, 16);
        var float32 = new FloatNetwork(graph);
        return (float32, new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(Nets.AllInt8(graph)), images);
    }

    // Another code of the fifth weight, of int8 or of uint8 around 128, as this processor has them.
    private static TensorData Changed(TensorData codes, Func<int, int> change)
    {
        int zero = codes.Type == ElementType.UInt8 ? 128 : 0;
        byte[] bytes = codes.Bytes.ToArray();
        bytes[4] = (byte)(change((sbyte)(bytes[4] - zero)) + zero);
        return new TensorData(codes.Type, codes.Shape, bytes);
    }

    private static byte[] Artefact(QuantizedNetwork network) => OnnxWriter.Write(QdqExporter.Export(network));
}
