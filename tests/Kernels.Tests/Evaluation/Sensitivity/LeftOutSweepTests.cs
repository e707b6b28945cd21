using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;

namespace Cluster.Kernels.Tests.Evaluation.Sensitivity;

public sealed class LeftOutSweepTests
{
    [Fact]
    public void Run_GroupsLeftOut_ChangeTheDivergenceAndAllOfThemEndIt()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(30, 3, 8, 8, 7);
        using var network = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(network, images));
        int done = 0;
        IReadOnlyList<double> Run(int workers) => LeftOutSweep.Run(
            network,
            [.. new Func<int, bool>[] { _ => true, index => index != 0, _ => false }.Select(
                isQuantized => resolver.Resolve(Nets.Mixed(graph, isQuantized, "max")))],
            images,
            workers,
            () => done++,
            CancellationToken.None);

        var found = Run(1);

        found[0].ShouldBeGreaterThan(0);
        found[1].ShouldNotBe(found[0]);
        found[2].ShouldBe(0);
        done.ShouldBe(3);
        Run(3).ShouldBe(found);
    }
}
