namespace Cluster.Coordinator.Tests.Search;

/// <summary>A calibrator for each group, chosen without labels.</summary>
public sealed class CalibratorChoiceTests
{
    // Even groups are harmed by one calibrator, odd ones by the other: any single one harms half of them.
    private static readonly SyntheticNetwork Mixed = New(CalibratorScope.Group);

    [Fact]
    public async Task Run_GroupsWantDifferentCalibrators_StartsWithEachOnesOwn()
    {
        var outcome = await Jobs.RunAsync(Mixed);

        outcome.Winner.Plan.Groups.Select(group => group.Calibrator).ShouldBe(["kl", "mse", "kl", "mse", "kl", "mse", "kl", "mse"]);
        outcome.Winner.Plan.Groups.ShouldAllBe(group => group.Format == GroupFormat.Int8 && group.BiasCorrection);
        outcome.Result.Baselines.Int8Best!.Plan.ShouldBe(outcome.Winner.Plan);
        outcome.Result.Baselines.Int8!.Plan.Groups.ShouldAllBe(group => group.Calibrator == "max" && !group.BiasCorrection);
    }

    [Fact]
    public async Task Run_PerGroup_SpendsFewerLabelledEvaluationsThanOneForTheNetwork()
    {
        var perGroup = await Asked(Mixed);
        var single = await Asked(New(CalibratorScope.Network));

        Looks(perGroup).ShouldBe(4, "FP32; a part for a first attempt and the plan with a calibrator for each group, and that plan");
        Looks(single).ShouldBeGreaterThanOrEqualTo(6, "FP32; a part for a first attempt and three calibrators, and the best of them");
        perGroup.OfType<CalibratorItem>().ShouldHaveSingleItem().Methods.ShouldBe(["max", "kl", "mse"]);
        single.OfType<CalibratorItem>().ShouldBeEmpty();

        static int Looks(IEnumerable<WorkItem> items) => items.OfType<AccuracyItem>().Count();
    }

    [Fact]
    public async Task Run_ChoiceFails_EvaluatesEachCalibratorAsBefore()
    {
        var evaluator = new SyntheticEvaluator(
            Mixed, item => item is CalibratorItem ? new FailedResult(FailureKind.OutOfMemory, "8 GiB asked") : null);

        var outcome = await Jobs.RunAsync(Mixed, evaluator: evaluator);

        outcome.Result.Baselines.Int8Best.ShouldNotBeNull();
        evaluator.Asked.OfType<AccuracyItem>().Select(item => item.Plan.Groups[0].Calibrator).Distinct()
            .ShouldBe(["none", "max", "kl", "mse"]);
    }

    [Fact]
    public async Task Run_OneMethod_HasNothingToChoose()
    {
        var items = await Asked(Mixed.Choosing(options => options with { Methods = ["kl"] }));

        items.ShouldNotContain(item => item is CalibratorItem);
    }

    [Fact]
    public async Task Run_Sensitivity_HasTheCalibratorsOfTheStartAndASeed()
    {
        var sweep = (await Asked(Mixed)).OfType<SensitivityItem>().ShouldHaveSingleItem();
        var first = (await Asked(New(scope: null))).OfType<SensitivityItem>().ShouldHaveSingleItem();

        sweep.Plan.ShouldNotBeNull().Groups[1].Calibrator.ShouldBe("mse");
        (sweep.Seed, first.Seed).ShouldBe((SplitMix64.Derive(1, "sensitivity"), sweep.Seed));
        first.Plan.ShouldBeNull();
    }

    [Fact]
    public async Task Run_KeptGroups_AreFloat32InEveryBaselineAndSayWhy()
    {
        var network = Mixed.Choosing(options => options with { KeepFloat32 = ["g00"], Only = ["g0?"] });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        outcome.Winner.Plan.Groups.Select(group => group.Format)
            .ShouldBe([GroupFormat.Baseline, .. Enumerable.Repeat(GroupFormat.Int8, 7)]);
        var verdict = outcome.Result.Groups[0];
        (verdict.Code, verdict.Reason).ShouldBe((VerdictCode.Float32Asked, "Kept in FP32 by --keep-fp32."));
        journal.Proposed.OfType<CalibratorItem>().Single().Plan.Groups[0].Format.ShouldBe(GroupFormat.Baseline);
        journal.Proposed.OfType<ProfileItem>().Single().Plan.CountOf(GroupFormat.Int8).ShouldBe(8, "every group is timed in both");
    }

    private static SyntheticNetwork New(CalibratorScope? scope) => Networks.Easy.Choosing(
        options => options with { Calibrators = scope }) with
    {
        GroupFactor = static (group, calibrator) => calibrator == "max" ? 4 : (group % 2 == 0) == (calibrator == "kl") ? 1 : 3,
    };

    private static async Task<WorkItem[]> Asked(SyntheticNetwork network) => [.. (await Jobs.JournalAsync(network)).Proposed];
}
