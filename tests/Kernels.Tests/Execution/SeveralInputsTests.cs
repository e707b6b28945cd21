using Cluster.Kernels.Correction;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tests.Data.Arrays;
using Cluster.Kernels.Tests.Runtimes;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>
/// Tokens and a mask through all that a network of images goes through: FP32, calibration, sweep, export, gate, the file.
/// </summary>
public sealed class SeveralInputsTests : IDisposable
{
    private const int Samples = 40;

    private readonly WorkFolder _folder = new();
    private readonly ImageBatches _sentences;

    public SeveralInputsTests()
    {
        TokenNetwork.Write(_folder.Root, Samples);
        _sentences = new ImageBatches(ArrayFile.Open(_folder, "npz:sentences.npz").For(TokenNetwork.Graph().Inputs, null), null, 8);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_Float32_GivesBothOutputsOfOnnxRuntime()
    {
        byte[] file = OnnxWriter.Write(TokenNetwork.Graph());
        using var model = QuantizedModel.Load(file, "tokens");
        using var session = OrtSession.Open(file, new OrtSessionOptions());
        var inputs = _sentences.Inputs(0);

        var found = model.Run(inputs);
        var expected = session.Run(inputs, ["logits", "hidden"]);

        model.Outputs.Select(output => output.Name).ShouldBe(["logits", "hidden"]);
        for (int i = 0; i < 2; i++)
        {
            expected[i].As<float>().ToArray().Zip(found[i], (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-5f);
        }

        float[] bound = new float[found[0].Length];
        session.Run(inputs, bound);
        bound.ShouldBe(expected[0].As<float>().ToArray());
        using var binding = session.Bind(inputs);
        binding.Run();
        binding.Output.ToArray().ShouldBe(bound);
    }

    [Fact]
    public void Check_QuantizedWithCorrectedBiases_PassesAndTheFileIsTheSimulation()
    {
        var graph = Nets.Group(TokenNetwork.Graph());
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, _sentences)).Resolve(Nets.AllInt8(graph));

        // A space without room: tensors of integers are not written to its file.
        using var space = new SpillSpace(0, _folder.Root);
        var biases = BiasCorrector.Correct(
            float32, network, [.. graph.Groups.Select(group => group.CanQuantize)], _sentences, space, 2, CancellationToken.None);
        network = network.WithBiases(biases);
        byte[] file = OnnxWriter.Write(QdqExporter.Export(network));

        var report = ParityGate.Check(float32, network, file, _sentences, workers: 2, CancellationToken.None);

        report.Failure.ShouldBeNull();
        report.Tensors.ShouldNotBeEmpty();
        float[] logits = RuntimeEvaluator.Logits(file, _sentences, 4, 2, CancellationToken.None);
        using var model = QuantizedModel.Load(file, "tokens");
        float[] own = [.. Enumerable.Range(0, _sentences.Count).SelectMany(batch => model.Run(_sentences.Inputs(batch))[0])];
        logits.Zip(own, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
        RuntimeEvaluator.Score(own, 4, _sentences, logits).Agree.ShouldBe(Samples);
    }

    [Fact]
    public void Check_SecondOutputDiffers_NamesIt()
    {
        var graph = Nets.Group(TokenNetwork.Graph());
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, _sentences)).Resolve(Nets.AllInt8(graph));
        var file = QdqExporter.Export(network);
        var renamed = file with
        {
            Nodes =
            [
                .. file.Nodes.Select(node => node.Output == "hidden" ? node with { Outputs = ["before"] } : node)
                    .Select(node => node with { Inputs = [.. node.Inputs.Select(input => input == "hidden" ? "before" : input)] }),
                new GraphNode("wrong", "Neg", ["before"], ["hidden"]),
            ],
        };

        ParityGate.Check(float32, network, OnnxWriter.Write(renamed), _sentences, workers: 2, CancellationToken.None).Failure!
            .ShouldContain("diverge in the output 'hidden'");
    }

    [Fact]
    public void Sweep_EachGroupAlone_FindsItsDivergence()
    {
        var graph = Nets.Group(TokenNetwork.Graph());
        using var float32 = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(float32, _sentences));
        var all = Nets.AllInt8(graph);
        var alone = graph.Groups.Where(group => group.CanQuantize)
            .Select(group => (group, resolver.Resolve(
                [.. graph.Groups.Select(other => other == group ? all[other.Index] : Decide.Float32)])))
            .ToArray();

        var found = SensitivitySweep.Run(float32, alone, _sentences, 2, null, CancellationToken.None);

        found.Count.ShouldBe(alone.Length);
        found.ShouldAllBe(group => group.Kl > 0 && group.SqnrDb > 10 && group.Accuracy.Total == Samples);
    }

    [Fact]
    public void Run_WrongInputs_AreRefusedInOneSentence()
    {
        using var model = QuantizedModel.Load(OnnxWriter.Write(TokenNetwork.Graph()), "tokens");
        var inputs = _sentences.Inputs(0);

        Should.Throw<KernelException>(() => model.Run([inputs[0]])).Message
            .ShouldBe("1 inputs were given; the network takes 2: ids, mask.");
        Should.Throw<KernelException>(() => model.Run([inputs[0], TensorData.FromFloats([8, 6], new float[48])])).Message
            .ShouldStartWith("An input of Float32 and shape [8,6] was given; the network takes Int64 of shape [-1,6]");
    }
}
