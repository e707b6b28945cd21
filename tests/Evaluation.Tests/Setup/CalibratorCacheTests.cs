namespace Cluster.Evaluation.Tests.Setup;

public sealed class CalibratorCacheTests : IDisposable
{
    private static readonly string[] Methods = ["max", "mse"];
    private static readonly JobSpec Spec = SyntheticNetworks.Easy.Spec;
    private static readonly CalibratorResult Choice = new(
        [new GroupCalibrator("a", "mse", [new CalibratorScore("max", 0.2), new CalibratorScore("mse", 0.1, 30)])],
        [new CalibratorScore("max", 0.25), new CalibratorScore("mse", 0.15)],
        0.15,
        Images: 12,
        HeldBack: true,
        Seconds: 2);

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_JobOnOtherEvaluationImages_HasTheChoice()
    {
        Store();
        var other = Spec with { Data = Spec.Data with { Evaluation = "others" } };

        Json(Find(other)).ShouldBe(Json(Choice));
        Json(Find(other.Choosing(options => options with { MaxDrop = 0.04, Batch = 8, Threads = 2 }))).ShouldBe(Json(Choice));
    }

    [Fact]
    public void Find_OtherInputs_FindsNothing()
    {
        Store();
        JobSpec[] others =
        [
            Spec with { ModelDigest = "other" },
            Spec with { Data = Spec.Data with { Calibration = "other" } },
            Spec with { Versions = Spec.Versions with { Numerics = "other" } },
            Spec.Choosing(options => options with { Target = "other" }),
            Spec.Choosing(options => options with { Seed = 7 }),
            Spec.Choosing(options => options with { Metric = MetricKind.OutputSqnr }),
        ];

        others.ShouldAllBe(other => Find(other) == null);
        Cache(Spec).Find(Item(Spec) with { Methods = ["max", "kl"] }).ShouldBeNull();
        Cache(Spec).Find(Item(Spec) with { Plan = Plan.Baseline("other", ["a"]) }).ShouldBeNull();
    }

    [Fact]
    public void Find_OtherResults_AreThoseOfTheirOwnImagesAlone()
    {
        var groups = SyntheticNetworks.Easy.Space.Groups.Select(group => group.Name);
        var item = new AccuracyItem(Spec.AccuracyContext, Plan.Baseline(Spec.Options.Target, groups), ImageScope.Full);
        Cache(Spec).Store(item, SyntheticNetworks.Easy.Evaluate(item));
        var other = Spec with { Data = Spec.Data with { Evaluation = "others" } };

        Cache(other).Find(item).ShouldNotBeNull("it is asked for by name");
        Cache(other).Find(item with { Context = other.AccuracyContext }).ShouldBeNull();
    }

    private static string Json(WorkResult? result) => CanonicalJson.Serialize(result.ShouldNotBeNull());

    private static CalibratorItem Item(JobSpec spec) =>
        new(spec.AccuracyContext, Plan.Baseline(SyntheticNetworks.Easy.Spec.Options.Target, ["a"]), Methods);

    private CalibratorCache Cache(JobSpec spec) => new(new FolderEvaluationCache(_folder.Root), spec);

    private void Store() => Cache(Spec).Store(Item(Spec), Choice);

    private WorkResult? Find(JobSpec spec) => Cache(spec).Find(Item(spec));
}
