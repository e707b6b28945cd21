using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Operators;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;
using TorchSharp;

namespace Cluster.Kernels.Tests.Evaluation.Sensitivity;

public sealed class SensitivitySweepTests
{
    [Fact]
    public void Run_SmallNet_EqualsTheNaiveLoop() =>
        EqualsTheNaiveLoop(Nets.Group(Nets.Residual()), Nets.Noise(30, 3, 8, 8, 7, classes: 5), "max");

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.ResNet20)]
    public void Run_RealModel_EqualsTheNaiveLoop(string model) =>
        EqualsTheNaiveLoop(Nets.Shared(model), Nets.SharedImages(model, 40, 16), "mse");

    [Fact]
    public void Run_AnyNumberOfWorkers_GivesTheSameBits()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(30, 3, 8, 8, 4, classes: 5);
        using var network = new FloatNetwork(graph);
        var alone = Alone(graph, new PlanResolver(graph, Nets.Calibrate(network, images)), "max");

        var one = Sweep(network, alone, images, 1);

        Sweep(network, alone, images, 2).ShouldBe(one);
        Sweep(network, alone, images, 5).ShouldBe(one);
        one.ShouldAllBe(score => score.Kl > 0 && score.SqnrDb > 10);
    }

    [Fact]
    public void Run_NoLabels_CountsNothing()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(8, 3, 8, 8, 4);
        using var network = new FloatNetwork(graph);

        var scores = Sweep(network, Alone(graph, new PlanResolver(graph, Nets.Calibrate(network, images)), "max"), images, 1);

        scores.Select(score => score.Accuracy).ShouldAllBe(accuracy => accuracy == new Accuracy(0, 0));
    }

    [Fact]
    public void Run_SomeGroups_AreScoredInTheGivenOrder()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(8, 3, 8, 8, 4);
        using var network = new FloatNetwork(graph);
        var alone = Alone(graph, new PlanResolver(graph, Nets.Calibrate(network, images)), "max");
        var all = Sweep(network, alone, images, 1);

        Sweep(network, [alone[2], alone[0]], images, 1).ShouldBe([all[2], all[0]]);
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensorBehind()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(8, 3, 8, 8, 4);
        using var network = new FloatNetwork(graph);
        var alone = Alone(graph, new PlanResolver(graph, Nets.Calibrate(network, images)), "max");
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 0; i < 20; i++)
        {
            Sweep(network, alone, images, 1);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void Run_MoreRanks_CountsLabelsAmongThem()
    {
        var graph = Nets.Group(Nets.Residual());
        const int Classes = 5;
        var images = Nets.Noise(8, 3, 8, 8, 4, Classes);
        using var network = new FloatNetwork(graph);
        var alone = Alone(graph, new PlanResolver(graph, Nets.Calibrate(network, images)), "max");

        var first = Sweep(network, alone, images, 1);
        var second = SensitivitySweep.Run(network, alone, images, 1, null, CancellationToken.None, ranks: 2);
        var all = SensitivitySweep.Run(network, alone, images, 1, null, CancellationToken.None, Classes);

        foreach (var (more, one) in second.Zip(first))
        {
            more.Accuracy.Correct.ShouldBeGreaterThanOrEqualTo(one.Accuracy.Correct);
            more.Kl.ShouldBe(one.Kl);
        }

        all.ShouldAllBe(score => score.Accuracy.Correct == 8);
    }

    [Fact]
    public void Run_OutputsThatAreValues_AreComparedByTheirNoise()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(8, 3, 8, 8, 8);
        using var network = new FloatNetwork(graph);
        var alone = Alone(graph, new PlanResolver(graph, Nets.Calibrate(network, images)), "max");

        var scores = SensitivitySweep.Run(
            network, alone, images, 1, null, CancellationToken.None, ranks: 0, outputs: OutputKind.Values);

        float[] pixels = images.Pixels(0);
        long[] shape = images.Inputs(0)[0].Shape;
        float[] exact = network.Run(pixels, shape);
        double signal = exact.Sum(value => (double)value * value);
        foreach (var (score, candidate) in scores.Zip(alone))
        {
            double noise = network.Run(pixels, shape, candidate.Network).Zip(exact, (x, y) => Math.Pow((double)x - y, 2)).Sum();
            score.Kl.ShouldBe(noise / (2 * signal), 1e-6 * score.Kl, candidate.Group.Name);
            score.Accuracy.Total.ShouldBe(0);
        }
    }

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.ResNet20)]
    public void Run_GroupThatIsLeftAlone_ChangesNothing(string model)
    {
        // Reference and trial both have rough sums: what they add up to differs in nothing.
        var graph = Nets.Shared(model);
        var images = Nets.SharedImages(model, 8, 4);
        using var network = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));
        var nothing = resolver.Resolve(Nets.Mixed(graph, _ => false));

        var scores = Sweep(network, [.. graph.Groups.Select(group => (group, nothing))], images, 2);

        scores.Count.ShouldBe(graph.Groups.Count);
        scores.ShouldAllBe(score => score.Kl == 0 && score.Noise == 0 && score.Signal > 0);
    }

    private static void EqualsTheNaiveLoop(GroupedGraph graph, ImageBatches images, string calibrator)
    {
        using var network = new FloatNetwork(graph);
        var alone = Alone(graph, new PlanResolver(graph, Nets.Calibrate(network, images)), calibrator);

        var scores = Sweep(network, alone, images, 2);

        scores.Select(score => score.Group).ShouldBe(alone.Select(candidate => candidate.Group.Index));
        foreach (var (score, candidate) in scores.Zip(alone))
        {
            var (rough, real) = (new LogitsKl(), new LogitsKl());
            var accuracy = default(Accuracy);
            var floats = network.Rough();
            using var quantized = network.Quantized(candidate.Group, candidate.Network, SumKind.Real, SumKind.Rough);
            NetworkProgram[] programs = [.. floats.Select((program, group) => group == candidate.Group.Index ? quantized : program)];
            for (int batch = 0; batch < images.Count; batch++)
            {
                float[] exact = network.Run(images, batch, floats);
                float[] logits = network.Run(images, batch, programs);
                int classes = exact.Length / images.Size(batch);
                rough.Add(exact, logits, classes);
                accuracy += Accuracy.Of(
                    logits, classes, [.. Enumerable.Range(images.Start(batch), images.Size(batch)).Select(images.Images.Label)]);
                float[] pixels = images.Pixels(batch);
                long[] shape = images.Inputs(batch)[0].Shape;
                real.Add(network.Run(pixels, shape), network.Run(pixels, shape, candidate.Network), classes);
            }

            score.Kl.ShouldBe(rough.Mean, 1e-9, candidate.Group.Name);

            // Rough sums move codes that are near a tie: 3 % is the most that was seen, with this few images.
            score.Kl.ShouldBe(real.Mean, (0.1 * real.Mean) + 1e-9, candidate.Group.Name);
            score.Accuracy.ShouldBe(accuracy, candidate.Group.Name);
        }
    }

    private static List<(LayerGroup Group, QuantizedNetwork Network)> Alone(GroupedGraph graph, PlanResolver resolver, string calibrator) =>
        [.. graph.Groups
            .Where(group => group.CanQuantize)
            .Select(group => (group, resolver.Resolve(Nets.Mixed(graph, index => index == group.Index, calibrator))))];

    private static IReadOnlyList<GroupSensitivity> Sweep(
        FloatNetwork network, IReadOnlyList<(LayerGroup Group, QuantizedNetwork Network)> alone, ImageBatches images, int workers) =>
        SensitivitySweep.Run(network, alone, images, workers, null, CancellationToken.None);
}
