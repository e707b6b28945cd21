namespace Cluster.Kernels.Tests.Sensitivity;

public sealed class LeftOutSweepTests
{
    [Fact]
    public void Run_GroupsLeftOut_ChangeTheDivergenceAndAllOfThemEndIt()
    {
        using var net = Calibrated.Residual(30, 7);
        int done = 0;
        IReadOnlyList<double> Run(int workers) => LeftOutSweep.Run(
            net.Float32,
            [.. new Func<int, bool>[] { _ => true, index => index != 0, _ => false }.Select(
                isQuantized => net.Resolver.Resolve(Nets.Mixed(net.Graph, isQuantized, "max")))],
            net.Images,
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
