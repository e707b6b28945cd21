using Cluster.Grains.Catalog;
using Cluster.Grains.Ports;
using Cluster.Grains.Tests.Support;
using Orleans.Runtime;

namespace Cluster.Grains.Tests.Catalog;

public sealed class LookScheduleTests
{
    private static readonly GrainOptions Options = new()
    {
        Settling = TimeSpan.FromSeconds(30),
        LookEvery = TimeSpan.FromSeconds(15),
    };

    private readonly ManualTime _time = new();
    private readonly PlayedMembers _played;
    private readonly LookSchedule _schedule;

    public LookScheduleTests()
    {
        var (oracle, played) = PlayedMembers.Create();
        (_played, _schedule) = (played, new LookSchedule(new MemberChanges(oracle, _time), Options, _time));
    }

    [Fact]
    public void IsDue_BeforeTheFirstLook_Always()
    {
        _time.Advance(TimeSpan.FromMinutes(10));

        _schedule.IsDue.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void IsDue_JustLookedSoLongAfterASiloWasLost_WhileTheClusterSettles(int seconds, bool expected)
    {
        _time.Advance(TimeSpan.FromMinutes(10));
        _played.Tell(SiloStatus.Dead);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Look();

        _schedule.IsDue.ShouldBe(expected);
    }

    [Fact]
    public void IsDue_InAQuietCluster_OnceTheLastLookIsOldEnough()
    {
        _time.Advance(TimeSpan.FromMinutes(10));
        Look();
        _time.Advance(TimeSpan.FromSeconds(14));
        _schedule.IsDue.ShouldBeFalse();

        _time.Advance(TimeSpan.FromSeconds(1));

        _schedule.IsDue.ShouldBeTrue();
    }

    private void Look() => _schedule.Looked(_time.GetTimestamp());
}
