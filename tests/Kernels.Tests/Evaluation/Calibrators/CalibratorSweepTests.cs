using Cluster.Glyphs.Untrained;
using Cluster.Kernels.Evaluation.Calibrators;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;
using Cluster.Plans;
using Cluster.Tests;
using TorchSharp;

namespace Cluster.Kernels.Tests.Evaluation.Calibrators;

public sealed class CalibratorSweepTests
{
    private static readonly string[] Methods = ["max", "percentile:99.9", "kl", "mse"];

    [Fact]
    public void Run_TensorsThatWantDifferentCalibrators_IsFarBelowTheBestSingleOneOnOtherImages()
    {
        var graph = Nets.Group(TwoTastes.ToGraph());
        using var network = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, Noise(128, seed: 1)));

        var choice = Run(network, resolver, TwoTastes.Methods, Noise(64, seed: 2));

        string[] chosen = [.. choice.Chosen.Select(method => TwoTastes.Methods[method])];
        chosen[..2].ShouldBe(["percentile:99", "max"]);
        var others = Noise(200, seed: 3);
        double mixed = Kl(network, resolver.Resolve(Settings(graph, chosen)), others);
        double single = TwoTastes.Methods.Min(
            method => Kl(network, resolver.Resolve(Settings(graph, [.. chosen.Select(_ => method)])), others));
        mixed.ShouldBeLessThan(0.1 * single);
    }

    [Fact]
    public void Run_EachGroupAlone_IsItsSensitivityWithFloatWeights()
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new FloatNetwork(graph);
        var images = Nets.Noise(30, 3, 8, 8, 7, classes: 5);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));

        var choice = Run(network, resolver, Methods, images);

        var quantized = graph.Groups.Where(group => group.CanQuantize).ToArray();
        for (int method = 0; method < Methods.Length; method++)
        {
            var sweep = SensitivitySweep.Run(
                network,
                [.. quantized.Select(group => (
                    group, resolver.Resolve(Nets.Mixed(graph, index => index == group.Index, Methods[method])).WithFloatWeights()))],
                images,
                workers: 2,
                batchDone: null,
                CancellationToken.None);
            choice.Alone.Select(scores => scores[method]).ShouldBe(sweep);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Run_AnyNumberOfWorkers_ChoosesTheSame(int workers)
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new FloatNetwork(graph);
        var images = Nets.Noise(30, 3, 8, 8, 4);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));

        var expected = Run(network, resolver, Methods, images);
        var choice = Run(network, resolver, Methods, images, workers);

        choice.Chosen.ShouldBe(expected.Chosen);
        (choice.Kl, choice.Networks).ShouldBe((expected.Kl, choice.Networks));
        choice.Networks.ShouldBe(expected.Networks);
        choice.Kl.ShouldBeLessThanOrEqualTo(choice.Networks.Min());
    }

    [Fact]
    public void Run_EqualCalibrators_TakesTheFirst()
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new FloatNetwork(graph);
        var images = Nets.Noise(12, 3, 8, 8, 4);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));

        Run(network, resolver, ["max", "percentile:100"], images).Chosen.ShouldAllBe(method => method == 0);
    }

    [Fact]
    public void Run_SomeGroupsInFloat32_ChoosesForTheOthersAlone()
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new FloatNetwork(graph);
        var images = Nets.Noise(12, 3, 8, 8, 4);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));

        var choice = CalibratorSweep.Run(
            network, resolver, Nets.Mixed(graph, index => index > 0), Methods, images, 1, CancellationToken.None);

        choice.Chosen.Count.ShouldBe(graph.Groups.Count(group => group.Index > 0));
        choice.Alone.ShouldAllBe(scores => scores[0].Group > 0);
    }

    [Fact]
    public void OfVariants_SharedPrefix_EqualsEachWholeNetwork()
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new FloatNetwork(graph);
        var images = Nets.Noise(30, 3, 8, 8, 7);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));
        using var joint = new JointDivergence(network, images, 2, CancellationToken.None);
        var current = resolver.Resolve(Nets.AllInt8(graph, "max"));

        foreach (var group in graph.Groups.Where(group => group.CanQuantize))
        {
            QuantizedNetwork[] variants = [.. Methods.Select(method => resolver.Resolve([.. graph.Groups.Select(
                other => Decide.Integer(other == group ? method : "max", correctBias: false))]))];

            joint.Begin(current);
            joint.OfVariants(group.Index, variants).ShouldBe(variants.Select(joint.Of));
            joint.Change(variants[1]);
            joint.OfVariants(0, [variants[1], variants[2]]).ShouldBe([joint.Of(variants[1]), joint.Of(variants[2])]);
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)] // all on the disk
    public void OfVariants_GroupAfterGroup_EqualsEachWholeNetwork(long bytes)
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new FloatNetwork(graph);
        var images = Nets.Noise(30, 3, 8, 8, 7);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));
        using var folder = new WorkFolder();
        using var space = new SpillSpace(bytes, folder.Root);
        using var joint = new JointDivergence(network, images, 2, CancellationToken.None, space: space);
        string[] chosen = [.. graph.Groups.Select(_ => "max")];
        joint.Begin(Network());

        foreach (var group in graph.Groups.Where(group => group.CanQuantize))
        {
            var variants = Methods.Select(method => Network(group.Index, method)).ToArray();
            joint.OfVariants(group.Index, variants).ShouldBe(variants.Select(joint.Of));
            chosen[group.Index] = Methods[group.Index % Methods.Length];
            joint.Change(Network());
        }

        QuantizedNetwork Network(int changed = -1, string method = "") => resolver.Resolve([.. graph.Groups.Select(
            group => Decide.Integer(group.Index == changed ? method : chosen[group.Index], correctBias: false))]);
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensorBehind()
    {
        var graph = Nets.Group(Nets.Residual());
        using var network = new FloatNetwork(graph);
        var images = Nets.Noise(8, 3, 8, 8, 4);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));
        Run(network, resolver, Methods, images, workers: 1);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 0; i < 5; i++)
        {
            Run(network, resolver, Methods, images, workers: 1);
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private static ImageBatches Noise(int count, int seed) => Nets.Noise(count, 1, TwoTastes.Side, TwoTastes.Side, 16, seed: seed);

    private static CalibratorChoice Run(
        FloatNetwork network, PlanResolver resolver, IReadOnlyList<string> methods, ImageBatches images, int workers = 2) =>
        CalibratorSweep.Run(
            network, resolver, Nets.AllInt8(network.Graph), methods, images, workers, CancellationToken.None);

    private static IReadOnlyList<GroupDecision> Settings(GroupedGraph graph, string[] chosen)
    {
        int next = 0;
        return [.. graph.Groups.Select(group => group.CanQuantize
            ? Decide.Integer(chosen[next++], correctBias: false)
            : Decide.Float32)];
    }

    private static double Kl(FloatNetwork network, QuantizedNetwork quantized, ImageBatches images)
    {
        var kl = new LogitsKl();
        for (int batch = 0; batch < images.Count; batch++)
        {
            long[] shape = images.Inputs(batch)[0].Shape;
            float[] reference = network.Run(images.Pixels(batch), shape);
            kl.Add(reference, network.Run(images.Pixels(batch), shape, quantized), reference.Length / images.Size(batch));
        }

        return kl.Mean;
    }
}
