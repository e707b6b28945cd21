using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Simulation;

namespace Cluster.Silo.Tests.Workers;

public sealed class SyntheticTargetTests
{
    [Fact]
    public void Parse_EveryPart_IsRead()
    {
        var target = SyntheticTarget.Parse("synthetic:groups=12,sensitive=3,seed=9,images=500,ms=5..40,poison=0.1,verbs=nan+exit");
        (target.Groups, target.Sensitive, target.Seed, target.Images, target.Milliseconds, target.Poison).ShouldBe(
            (12, 3, 9, 500, (5, 40), 0.1));
        target.Verbs.ShouldBe([PoisonVerb.Nan, PoisonVerb.Exit]);
        SyntheticTarget.Parse("synthetic:ms=0").Milliseconds.ShouldBe((0, 0));
    }

    [Theory]
    [InlineData("onnxruntime-cpu")]
    [InlineData("synthetic:groups=1")]
    [InlineData("synthetic:groups=-2")]
    [InlineData("synthetic:groups=4,sensitive=5")]
    [InlineData("synthetic:ms=40..5")]
    [InlineData("synthetic:ms=NaN")]
    [InlineData("synthetic:poison=1.1")]
    [InlineData("synthetic:verbs=")]
    [InlineData("synthetic:verbs=0")]
    [InlineData("synthetic:verbs=explode")]
    [InlineData("synthetic:colour=red")]
    public void Parse_WhatIsNotUnderstood_IsRefused(string text) =>
        Should.Throw<JobException>(() => SyntheticTarget.Parse(text)).Message.ShouldContain("synthetic:groups=40");

    [Fact]
    public void Of_Items_HitsTheShareOfCandidatesAndNeverABaseline()
    {
        var target = SyntheticTarget.Parse("synthetic:groups=10,poison=0.3");
        string[] groups = [.. Enumerable.Range(0, 10).Select(i => $"g{i:00}")];
        var int8 = Plan.Uniform(GroupFormat.Int8, "synthetic", groups, "max", biasCorrection: true);
        var candidates = Enumerable.Range(1, 1022)
            .Select(mask => new AccuracyItem(
                "", int8.With(Enumerable.Range(0, 10).Where(i => (mask >> i & 1) != 0), GroupFormat.Baseline), ImageScope.Full))
            .ToArray();

        var verbs = candidates.Select(item => SyntheticPoison.Of(target, item)).OfType<PoisonVerb>().ToArray();

        verbs.Length.ShouldBeInRange(250, 365, "0.3 of 1022, give or take four standard deviations");
        verbs.Distinct().Count().ShouldBe(5);
        SyntheticPoison.Of(target, new AccuracyItem("", int8, ImageScope.Full)).ShouldBeNull();
        SyntheticPoison.Of(target, new AccuracyItem("", Plan.Baseline("synthetic", groups), ImageScope.Full)).ShouldBeNull();
        candidates.ShouldAllBe(item => SyntheticPoison.Of(target, new LatencyItem("", item.Plan)) == null);
        candidates.Select(item => SyntheticPoison.Milliseconds(target, item)).ShouldAllBe(ms => ms >= 5 && ms <= 40);
    }
}
