using Cluster.Glyphs.Untrained;
using Cluster.Kernels.CalibratorSearch;

namespace Cluster.Kernels.Tests.CalibratorSearch;

public sealed class CalibratorSweepTests
{
    private static readonly string[] Methods = ["max", "percentile:99.9", "kl", "mse"];

    [Fact]
    public void Run_TensorsThatWantDifferentCalibrators_IsFarBelowTheBestSingleOneOnOtherImages()
    {
        using var net = new Calibrated(Nets.Group(TwoTastes.ToGraph()), Noise(128, seed: 1));

        var choice = Run(net.Float32, net.Resolver, TwoTastes.Methods, Noise(64, seed: 2));

        string[] chosen = [.. choice.Chosen.Select(method => TwoTastes.Methods[method])];
        chosen[..2].ShouldBe(["percentile:99", "max"]);
        var others = Noise(200, seed: 3);
        double mixed = Kl(net.Float32, net.Resolver.Resolve(Settings(net.Graph, chosen)), others);
        double single = TwoTastes.Methods.Min(
            method => Kl(net.Float32, net.Resolver.Resolve(Settings(net.Graph, [.. chosen.Select(_ => method)])), others));
        mixed.ShouldBeLessThan(0.1 * single);
    }

    [Fact]
    public void Run_EachGroupAlone_IsItsSensitivityWithFloatWeights()
    {
        using var net = Calibrated.Residual(30, 7, classes: 5);

        var choice = Run(net.Float32, net.Resolver, Methods, net.Images);

        var quantized = net.Graph.Groups.Where(group => group.CanQuantize).ToArray();
        for (int method = 0; method < Methods.Length; method++)
        {
            var sweep = SensitivitySweep.Run(
                net.Float32,
                [.. quantized.Select(group => (
                    group,
                    net.Resolver.Resolve(Nets.Mixed(net.Graph, index => index == group.Index, Methods[method])).WithFloatWeights()))],
                net.Images,
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
        using var net = Calibrated.Residual(30, 4);

        var expected = Run(net.Float32, net.Resolver, Methods, net.Images);
        var choice = Run(net.Float32, net.Resolver, Methods, net.Images, workers);

        choice.Chosen.ShouldBe(expected.Chosen);
        (choice.Kl, choice.Networks).ShouldBe((expected.Kl, choice.Networks));
        choice.Networks.ShouldBe(expected.Networks);
        choice.Kl.ShouldBeLessThanOrEqualTo(choice.Networks.Min());
    }

    [Fact]
    public void Run_EqualCalibrators_TakesTheFirst()
    {
        using var net = Calibrated.Residual(12, 4);

        Run(net.Float32, net.Resolver, ["max", "percentile:100"], net.Images).Chosen.ShouldAllBe(method => method == 0);
    }

    [Fact]
    public void Run_SomeGroupsInFloat32_ChoosesForTheOthersAlone()
    {
        using var net = Calibrated.Residual(12, 4);

        var choice = CalibratorSweep.Run(
            net.Float32, net.Resolver, Nets.Mixed(net.Graph, index => index > 0), Methods, net.Images, 1, CancellationToken.None);

        choice.Chosen.Count.ShouldBe(net.Graph.Groups.Count(group => group.Index > 0));
        choice.Alone.ShouldAllBe(scores => scores[0].Group > 0);
    }

    [Fact]
    public void OfVariants_SharedPrefix_EqualsEachWholeNetwork()
    {
        using var net = Calibrated.Residual(30, 7);
        using var joint = new JointDivergence(net.Float32, net.Images, 2, CancellationToken.None);
        var current = net.AllInt8("max");

        foreach (var group in net.Graph.Groups.Where(group => group.CanQuantize))
        {
            QuantizedNetwork[] variants = [.. Methods.Select(method => net.Resolver.Resolve([.. net.Graph.Groups.Select(
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
        using var net = Calibrated.Residual(30, 7);
        using var folder = new WorkFolder();
        using var space = new SpillSpace(bytes, folder.Root);
        using var joint = new JointDivergence(net.Float32, net.Images, 2, CancellationToken.None, space: space);
        string[] chosen = [.. net.Graph.Groups.Select(_ => "max")];
        joint.Begin(Network());

        foreach (var group in net.Graph.Groups.Where(group => group.CanQuantize))
        {
            var variants = Methods.Select(method => Network(group.Index, method)).ToArray();
            joint.OfVariants(group.Index, variants).ShouldBe(variants.Select(joint.Of));
            chosen[group.Index] = Methods[group.Index % Methods.Length];
            joint.Change(Network());
        }

        QuantizedNetwork Network(int changed = -1, string method = "") => net.Resolve(
            group => Decide.Integer(group.Index == changed ? method : chosen[group.Index], correctBias: false));
    }

    [Fact]
    public void Run_ManyTimes_LeavesNoTensorBehind()
    {
        using var net = Calibrated.Residual(8, 4);
        TensorLeaks.ShouldBeNone(() => Run(net.Float32, net.Resolver, Methods, net.Images, workers: 1));
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
        float[] reference = [.. Enumerable.Range(0, images.Count).SelectMany(batch => network.Run(images.Inputs(batch)))];
        return LogitsKl.Of(reference, network.Run(images, quantized, 1, CancellationToken.None), reference.Length / images.Images.Count);
    }
}
