using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Evaluation.Sensitivity.Fisher;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Graphs;
using TorchSharp;

namespace Cluster.Kernels.Tests.Evaluation.Sensitivity.Fisher;

public sealed class FisherPassTests
{
    private readonly GroupedGraph _graph = Nets.Group(Nets.Residual());

    /// <summary>
    /// Without a nonlinearity, gᵀδ is what the group's error does to the outputs, along u: the outputs of both networks say it all.
    /// </summary>
    [Theory]
    [InlineData(OutputKind.Scores)]
    [InlineData(OutputKind.Values)]
    public void Run_LinearNetwork_IsTheSquareOfWhatTheErrorsDoToTheOutputs(OutputKind outputs)
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w1", [4, 3, 3, 3], Nets.Values(108, 1, 0.1)).Floats("w2", [4, 4, 3, 3], Nets.Values(144, 2, 0.1))
            .Floats("w3", [4, 5], Nets.Values(20, 3, 0.5))
            .Node("Conv", "x w1", "c1", Nets.Same).Node("Conv", "c1 w2", "c2", Nets.Same).Node("Add", "c2 c1", "a")
            .Node("GlobalAveragePool", "a", "g").Node("Flatten", "g", "f").Node("MatMul", "f w3", "y").Build(-1, 5));
        var images = Nets.Noise(10, 3, 8, 8, 4);
        using var network = new FloatNetwork(graph);
        var alone = Alone(graph, network, images);

        var scores = FisherPass.Run(network, alone, images, 1, null, CancellationToken.None, seed: 7, outputs: outputs);

        float[] exact = [.. Enumerable.Range(0, images.Count).SelectMany(batch => network.Run(images.Pixels(batch), Shape(images, batch)))];
        float[] along = OutputDirections.Of(outputs, FisherForm.Signs, exact, 5, seed: 7, first: 0);
        double power = outputs == OutputKind.Values ? exact.Sum(value => (double)value * value) / 10 : 1;
        alone.Count.ShouldBe(3);
        foreach (var (score, candidate) in scores.Zip(alone))
        {
            float[] quantized = network.Run(images, candidate.Network, 1, CancellationToken.None);
            double expected = Enumerable.Range(0, 10).Average(image => Math.Pow(
                Enumerable.Range(5 * image, 5).Sum(i => (double)along[i] * (quantized[i] - exact[i])), 2)) / (2 * power);
            score.Kl.ShouldBe(expected, 0.002 * expected, candidate.Group.Name);
            score.Accuracy.ShouldBe(default);
        }
    }

    [Fact]
    public void Run_SmallErrors_HasTheMeasuredDivergenceForItsMean()
    {
        var images = Nets.Noise(40, 3, 8, 8, 8);
        using var network = new FloatNetwork(_graph);
        var alone = Alone(_graph, network, images);
        var measured = SensitivitySweep.Run(network, alone, images, 2, null, CancellationToken.None);

        var seeds = Enumerable.Range(0, 60).Select(seed => Scores(network, alone, images, workers: 2, seed)).ToArray();

        foreach (var (score, index) in measured.Select((score, index) => (score, index)))
        {
            seeds.Average(scores => scores[index].Kl).ShouldBe(score.Kl, 0.2 * score.Kl, alone[index].Group.Name);
            seeds[0][index].SqnrDb.ShouldBe(score.SqnrDb, "what a group hands on is the same");
        }
    }

    [Fact]
    public void Run_GroupThatStaysFloat_ScoresNothing()
    {
        var images = Nets.Noise(8, 3, 8, 8, 4);
        using var network = new FloatNetwork(_graph);
        var untouched = new PlanResolver(_graph, Nets.Calibrate(network, images)).Resolve(Nets.Mixed(_graph, _ => false));

        var scores = Scores(network, [.. _graph.Groups.Select(group => (group, untouched))], images);

        scores.ShouldAllBe(score => score.Kl == 0 && score.Noise == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_FewerBits_ScoreMore(int seed)
    {
        var images = Nets.Noise(48, 3, 8, 8, 16, seed: seed);
        using var network = new FloatNetwork(_graph);
        (LayerGroup Group, QuantizedNetwork Network)[] all =
            [.. new[] { 8, 4, 2 }.SelectMany(bits => Alone(_graph, network, images, bits))];

        var scores = Scores(network, all, images, seed: seed).Chunk(all.Length / 3).ToArray();

        foreach (var (more, fewer) in scores.Zip(scores.Skip(1)))
        {
            more.Zip(fewer).ShouldAllBe(pair => pair.First.Kl < pair.Second.Kl);
        }
    }

    [Fact]
    public void Run_AnyNumberOfWorkers_GivesTheSameBits()
    {
        var images = Nets.Noise(30, 3, 8, 8, 4);
        using var network = new FloatNetwork(_graph);
        var alone = Alone(_graph, network, images);

        var one = Scores(network, alone, images);

        Scores(network, alone, images, workers: 2).ShouldBe(one);
        Scores(network, alone, images, workers: 5).ShouldBe(one);
        Scores(network, [alone[2], alone[0]], images).ShouldBe([one[2], one[0]]);
        one.ShouldAllBe(score => score.Kl > 0);
    }

    [Fact]
    public void Run_InPieces_AddsUpToTheWhole()
    {
        var images = Nets.Noise(30, 3, 8, 8, 4);
        using var network = new FloatNetwork(_graph);
        var alone = Alone(_graph, network, images);
        var whole = Scores(network, alone, images);

        var first = FisherPass.Run(network, alone, images.Within(..13), 1, null, CancellationToken.None, first: 0);
        var second = FisherPass.Run(network, alone, images.Within(13..), 1, null, CancellationToken.None, first: 13);

        foreach (var (score, (left, right)) in whole.Zip(first.Zip(second)))
        {
            (left.Divergence + right.Divergence).ShouldBe(score.Divergence, 1e-4 * score.Divergence);
        }
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensorBehind()
    {
        var images = Nets.Noise(8, 3, 8, 8, 4);
        using var network = new FloatNetwork(_graph);
        var alone = Alone(_graph, network, images);
        Scores(network, alone, images);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 0; i < 20; i++)
        {
            Scores(network, alone, images);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void Run_OperatorWithoutAGradient_IsRefusedByName()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w1", [4, 3, 3, 3], Nets.Values(108, 1, 0.1)).Floats("w2", [4, 4, 3, 3], Nets.Values(144, 2, 0.1))
            .Node("Conv", "x w1", "c1", Nets.Same).Node("Round", "c1", "r").Node("Conv", "r w2", "c2", Nets.Same)
            .Node("GlobalAveragePool", "c2", "g").Node("Flatten", "g", "y").Build(-1, 4));
        using var network = new FloatNetwork(graph);

        var failure = Should.Throw<KernelException>(
            () => FisherPass.Run(network, [], Nets.Noise(4, 3, 8, 8, 4), 1, null, CancellationToken.None));

        failure.Message.ShouldMatch(@"^The operator Round \(node '.+'\) of group '.+' has no gradient, .*use --scores sweep\.$");
    }

    [Fact]
    public void RequireSlopes_OperatorBesideTheOutput_IsLet()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w1", [4, 3, 3, 3], Nets.Values(108, 1, 0.1)).Node("Round", "x", "r")
            .Node("Conv", "r w1", "c1", Nets.Same).Node("GlobalAveragePool", "c1", "g").Node("Flatten", "g", "y").Build(-1, 4));

        Should.NotThrow(() => FisherPass.RequireSlopes(graph));
    }

    [Fact]
    public void Size_OfSlices_DividesTheBatchAndKeepsWithinBytes()
    {
        using var network = new FloatNetwork(_graph);

        FisherSlices.Size(network, 32, long.MaxValue).ShouldBe(32);
        FisherSlices.Size(network, 32, 1).ShouldBe(1);
        int some = FisherSlices.Size(network, 32, 30_000);
        some.ShouldBeInRange(2, 16);
        (32 % some).ShouldBe(0);
    }

    private static long[] Shape(ImageBatches images, int batch) => images.Inputs(batch)[0].Shape;

    private static List<(LayerGroup Group, QuantizedNetwork Network)> Alone(
        GroupedGraph graph, FloatNetwork network, ImageBatches images, int bits = 8)
    {
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));
        return
        [
            .. graph.Groups.Where(group => group.CanQuantize).Select(group => (group, resolver.Resolve(
                [.. graph.Groups.Select(other =>
                    other == group ? GroupSetting.Integer("max", false, bits, bits) : GroupSetting.Float32)]))),
        ];
    }

    private static IReadOnlyList<GroupSensitivity> Scores(
        FloatNetwork network,
        IReadOnlyList<(LayerGroup Group, QuantizedNetwork Network)> alone,
        ImageBatches images,
        int workers = 1,
        long seed = 0) => FisherPass.Run(network, alone, images, workers, null, CancellationToken.None, seed);
}
