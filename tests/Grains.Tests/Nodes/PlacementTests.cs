using Cluster.Grains.Placement;
using Cluster.Grains.Ports;
using Orleans.Runtime;

namespace Cluster.Grains.Tests.Nodes;

public sealed class PlacementTests
{
    [Theory]
    [InlineData(SiloRoles.All, true)]
    [InlineData(SiloRoles.Coordinator, true)]
    [InlineData(SiloRoles.Worker, false)]
    public void Name_OfASilo_SaysWhetherItCoordinates(SiloRoles roles, bool expected) =>
        SiloNames.IsCoordinator(SiloNames.Of("host-1-18f", roles)).ShouldBe(expected);

    [Fact]
    public void Among_SilosOfAllRoles_LeavesOutThoseThatOnlyWork() =>
        OnCoordinatorDirector.Among(["a", "b.worker", "c", "?"], name => name == "?" ? null : name).ShouldBe(["a", "c", "?"]);

    [Fact]
    public void Among_WorkersAlone_SaysWhatIsMissing() =>
        Should.Throw<SiloUnavailableException>(() => OnCoordinatorDirector.Among(["b.worker"], name => name))
            .Message.ShouldContain("start one with --roles coordinator");
}
