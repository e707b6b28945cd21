namespace Cluster.Kernels.Tests.Execution;

/// <summary>
/// Tokens and a mask through all that a network of images goes through: FP32, calibration, sweep, export, gate, the file.
/// </summary>
public sealed class SeveralInputsTests : IDisposable
{
    private const int Samples = 40;

    private readonly WorkFolder _folder = new();
    private readonly ImageBatches _sentences;
    private readonly Calibrated _net;

    public SeveralInputsTests()
    {
        TokenNetwork.Write(_folder.Root, Samples);
        _sentences = new ImageBatches(ArrayFile.Open(_folder, "npz:sentences.npz").For(TokenNetwork.Graph().Inputs, null), null, 8);
        _net = new Calibrated(Nets.Group(TokenNetwork.Graph()), _sentences);
    }

    public void Dispose()
    {
        _net.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_Float32_GivesBothOutputsOfOnnxRuntime()
    {
        byte[] file = OnnxWriter.Write(TokenNetwork.Graph()).Message;
        using var model = QuantizedModel.Load(ModelFile.Of(file), "tokens");
        using var session = OrtSession.Open(ModelFile.Of(file), new OrtSessionOptions());
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
        binding.Outputs()[0].As<float>().ToArray().ShouldBe(bound);
    }

    [Fact]
    public void Check_QuantizedWithCorrectedBiases_PassesAndTheFileIsTheSimulation()
    {
        var network = _net.AllInt8();

        // A space without room: tensors of integers are not written to its file.
        using var space = new SpillSpace(0, _folder.Root);
        var biases = BiasCorrector.Correct(
            _net.Float32, network, [.. _net.Graph.Groups.Select(group => group.CanQuantize)], _sentences, space, 2, CancellationToken.None);
        network = network.WithBiases(biases);
        byte[] file = OnnxWriter.Write(QdqExporter.Export(network)).Message;

        var report = _net.Check(network, ModelFile.Of(file));

        report.Failure.ShouldBeNull();
        report.Tensors.ShouldNotBeEmpty();
        float[] logits = RuntimeEvaluator.Logits(ModelFile.Of(file), _sentences, 4, 2, CancellationToken.None);
        using var model = QuantizedModel.Load(ModelFile.Of(file), "tokens");
        float[] own = [.. Enumerable.Range(0, _sentences.Count).SelectMany(batch => model.Run(_sentences.Inputs(batch))[0])];
        logits.Zip(own, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f);
        RuntimeEvaluator.Score(own, 4, _sentences, logits).Agree.ShouldBe(Samples);
    }

    [Fact]
    public void Check_SecondOutputDiffers_NamesIt()
    {
        var network = _net.AllInt8();
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

        _net.Check(network, OnnxWriter.Write(renamed)).Failure!.ShouldContain("diverge in the output 'hidden'");
    }

    [Fact]
    public void Sweep_EachGroupAlone_FindsItsDivergence()
    {
        var alone = _net.Graph.Groups.Where(group => group.CanQuantize)
            .Select(group => (group, _net.Resolve(other => other == group ? Decide.Integer("mse", false) : Decide.Float32)))
            .ToArray();

        var found = SensitivitySweep.Run(_net.Float32, alone, _sentences, 2, null, CancellationToken.None);

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
