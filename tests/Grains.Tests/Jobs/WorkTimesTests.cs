namespace Cluster.Grains.Tests.Jobs;

public sealed class WorkTimesTests
{
    private readonly WorkDurations _times = new();

    [Fact]
    public void LongOf_FewOfAKind_IsFiveTimesTheirMedian()
    {
        Add("a", 10, 12);
        Add("b", 4);

        _times.LongOf("a").ShouldBe(TimeSpan.FromSeconds(60));
        _times.LongOf("b").ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void LongOf_ThreeOfAKind_IsTwiceTheirMedian()
    {
        Add("a", 30, 8, 10);

        _times.LongOf("a").ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void LongOf_NoneOfAKind_IsUnknownWhateverOthersTook()
    {
        Add("a", 10, 10, 10);

        _times.LongOf("b").ShouldBeNull();
    }

    [Fact]
    public void LongOf_ManyOfAKind_FollowsTheLastNinetyNine()
    {
        Add("a", [.. Enumerable.Repeat(10, 99)]);
        Add("a", [.. Enumerable.Repeat(20, 99)]);

        _times.LongOf("a").ShouldBe(TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void LongOf_WhatTakesNoTime_IsFiveSecondsAtLeast()
    {
        Add("a", 0, 0, 0);

        _times.LongOf("a").ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Changed_OneIsAdded_Completes()
    {
        var changed = _times.Changed;
        changed.IsCompleted.ShouldBeFalse();

        Add("a", 1);

        changed.IsCompleted.ShouldBeTrue();
        _times.Changed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void KindOf_OtherImages_IsAnotherKind()
    {
        var all = new AccuracyItem("c", Plan.Baseline("synthetic", ["conv"]), ImageScope.Full);

        WorkDurations.KindOf(all with { Images = ImageScope.Subset(256, 1) }).ShouldNotBe(WorkDurations.KindOf(all));
        WorkDurations.KindOf(new LatencyItem("c", all.Plan)).ShouldBe(WorkDurations.KindOf(new LatencyItem("d", all.Plan)));
    }

    private void Add(string kind, params int[] seconds)
    {
        foreach (var took in seconds)
        {
            _times.Add(kind, TimeSpan.FromSeconds(took));
        }
    }
}
