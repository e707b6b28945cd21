namespace Cluster.Grains.Tests.Nodes;

public sealed class LocalNodeTests
{
    private static readonly GrainOptions Options = new() { FirstExclusion = TimeSpan.FromSeconds(30) };
    private readonly ManualTime _time = new();
    private readonly LocalNode _node;

    public LocalNodeTests() => _node = new LocalNode(new SyntheticNode(Networks.Easy, 2), Options, _time);

    [Fact]
    public void Record_ADeviceThatFailsTwice_IsLeftOutForLongerEachTimeUntilItSucceeds()
    {
        _node.Record(1, "CUDA error").ShouldBeFalse();
        _node.Record(1, "CUDA error").ShouldBeTrue();
        (_node.Status.Slots[0].IsExcluded, _node.Status.Slots[1].IsExcluded).ShouldBe((false, true));
        _node.Status.Slots[1].Problem.ShouldBe("CUDA error");

        _time.Advance(TimeSpan.FromSeconds(31));
        _node.Status.Slots[1].IsExcluded.ShouldBeFalse("it may be tried once");
        _node.Record(1, "CUDA error").ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(31));
        _node.Status.Slots[1].IsExcluded.ShouldBeTrue("for twice as long");

        _node.Record(1, deviceProblem: null);
        (_node.Status.Slots[1].IsExcluded, _node.Status.Slots[1].Problem).ShouldBe((false, null));
    }

    [Fact]
    public void Cordon_TakenBack_TakesWorkAgain()
    {
        _node.Cordon(isCordoned: true);
        (_node.TryOccupy(Assignment("g1", 0)), _node.Status.IsCordoned).ShouldBe((LocalNode.Draining, true));

        _node.Cordon(isCordoned: false);
        _node.TryOccupy(Assignment("g1", 0)).ShouldBeNull();
    }

    [Fact]
    public void TryOccupy_TheSameGrantTwice_IsBegunBothTimes()
    {
        _node.TryOccupy(Assignment("g1", 0)).ShouldBeNull();
        _node.TryOccupy(Assignment("g1", 0)).ShouldBeNull();
    }

    [Fact]
    public void TryOccupy_ASlotThatIsTaken_IsBusy()
    {
        _node.TryOccupy(Assignment("g1", 0));

        _node.TryOccupy(Assignment("g2", 0)).ShouldBe(LocalNode.Busy);
        _node.TryOccupy(Assignment("g2", 1)).ShouldBeNull();
        _node.TryOccupy(Assignment("g3", 2)).ShouldBe(LocalNode.Busy);
    }

    [Fact]
    public void Free_ByAnOldGrant_LeavesTheSlotTaken()
    {
        _node.TryOccupy(Assignment("g1", 0));
        _node.Free(Assignment("g1", 0).Grant);
        _node.TryOccupy(Assignment("g2", 0));

        _node.Free(Assignment("g1", 0).Grant);

        _node.Status.Slots[0].Grant.ShouldBe("g2");
    }

    [Fact]
    public async Task Drain_WhileWorkRuns_TakesNothingNewAndEndsWithTheWork()
    {
        _node.TryOccupy(Assignment("g1", 0));

        var drained = _node.DrainAsync();

        drained.IsCompleted.ShouldBeFalse();
        _node.TryOccupy(Assignment("g2", 1)).ShouldBe(LocalNode.Draining);
        _node.TryOccupy(Assignment("g1", 0)).ShouldBeNull();
        _node.Free(Assignment("g1", 0).Grant);
        await drained.WaitAsync(TestContext.Current.CancellationToken);
        _node.Status.IsDraining.ShouldBeTrue();
    }

    private static Assignment Assignment(string grant, int slot) =>
        new("job", "0123456789abcdef", new SlotGrant(grant, "node-1", slot, $"cpu:{slot}"), 0);
}
