namespace Cluster.Grains.Tests.Catalog;

public sealed class JobKeeperTests
{
    [Fact]
    public async Task Keeper_OfASiloThatLearnsOfALoss_HasJobsLookedAfterAtOnce()
    {
        var token = TestContext.Current.CancellationToken;
        var time = new ManualTime();
        var (oracle, members) = PlayedMembers.Create();
        var (grains, calls) = CatalogCalls.Create();
        using var keeper = new JobKeeper(
            grains, new MemberChanges(oracle), new GrainOptions(), time, NullLogger<JobKeeper>.Instance);

        await keeper.StartAsync(token);
        await calls.ReadAsync(token);
        members.Tell(SiloStatus.Dead);
        await calls.ReadAsync(token);
        members.Tell(SiloStatus.Joining);
        await calls.ReadAsync(token);

        // No time passed: only the changes can have woken it.
        await keeper.StopAsync(token);
        calls.TryRead(out _).ShouldBeFalse();
    }
}
