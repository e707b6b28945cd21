namespace Cluster.Coordinator.Tests.Plans;

public sealed class PlanTests
{
    private const string GoldenJson =
        """{"groups":[{"biasCorrection":true,"calibrator":"percentile:99.99","format":"int8","group":"conv1","rounding":"nearest"},"""
            +
            """{"biasCorrection":false,"calibrator":"none","format":"float32","group":"fc","rounding":"none"}],"target":"onnxruntime-cpu"}""";

    private static readonly Plan Golden = new(
        "onnxruntime-cpu",
        [GroupDecision.In(GroupFormat.Int8, "conv1", "percentile:99.99", biasCorrection: true), GroupDecision.Baseline("fc")]);

    [Fact]
    public void Json_KnownPlan_HasGoldenBytesAndDigest()
    {
        Golden.Json.ShouldBe(GoldenJson);

        // printf '%s' GoldenJson | sha256sum
        Golden.Digest.ShouldBe("83b143c5239606936943a73847ebbd636aa3888f092d7f0eb0e71b4accb000be");
    }

    [Fact]
    public void Constructor_Float32GroupWithLeftovers_EqualsThePlainOne()
    {
        var leftovers = new Plan(
            "onnxruntime-cpu", [Golden.Groups[0], new GroupDecision("fc", GroupFormat.Baseline, "kl", BiasCorrection: true)]);

        leftovers.ShouldBe(Golden);
        leftovers.Json.ShouldBe(GoldenJson);
    }

    [Fact]
    public void Equals_AllPairsOfManyPlans_HoldsWhereTheJsonIsTheSame()
    {
        GroupDecision[] decisions =
        [
            Golden.Groups[0],
            Golden.Groups[0] with { BiasCorrection = false },
            Golden.Groups[0] with { Calibrator = "max" },
            Golden.Groups[0] with { Rounding = "adaround" },
            Golden.Groups[0] with { Format = GroupFormat.Integer(4, 8) },
            Golden.Groups[0] with { Format = GroupFormat.Integer(8, 4) },
            Golden.Groups[0] with { Format = GroupFormat.Integer(8, 7) },
            Golden.Groups[0] with { Format = GroupFormat.Parse("int8/float16") },
            Golden.Groups[0] with { Format = GroupFormat.Float16 },
            Golden.Groups[0] with { Format = GroupFormat.Baseline },
            GroupDecision.Baseline("conv1"),
        ];
        Plan[] plans =
        [
            .. from target in new[] { "t", "u" }
            from first in decisions
            from second in decisions
            select new Plan(target, [first, second with { Group = "fc" }]),
        ];

        foreach (var (plan, other) in plans.SelectMany(plan => plans, (plan, other) => (plan, other)))
        {
            bool isSame = string.Equals(plan.Digest, other.Digest, StringComparison.Ordinal);
            (plan.Equals(other), plan.GetHashCode() == other.GetHashCode() || !isSame).ShouldBe((isSame, true));
        }
    }

    [Fact]
    public void With_IntegersInPlaceOfAFloat_TakeACalibrator()
    {
        string[] groups = ["conv1", "conv2", "fc"];
        var half = Plan.Uniform(GroupFormat.Float16, "libtorch-cuda", groups, "kl", biasCorrection: false);
        var mixed = half.With([1], group => GroupDecision.In(GroupFormat.Int8, group, "mse", biasCorrection: true));

        half.Groups[0].Calibrator.ShouldBe("none");
        half.With([0], GroupFormat.Int8).Groups[0].Calibrator.ShouldBe("max");
        mixed.With([0], GroupFormat.Int8).Groups[0].ShouldBe(GroupDecision.In(GroupFormat.Int8, "conv1", "mse", biasCorrection: false));
    }

    [Fact]
    public void Constructor_GroupTwice_IsRefused() =>
        Should.Throw<JobException>(() => Plan.Uniform(GroupFormat.Int8, "t", ["a", "a"], "max", biasCorrection: false))
            .Message.ShouldContain("\"a\" twice");

    [Fact]
    public void Parse_EqualDecisionsOfSeveralPlans_AreOneObject()
    {
        var plan = new Plan(
            "synthetic",
            [
                GroupDecision.In(GroupFormat.Int8, "a", "kl", biasCorrection: true),
                GroupDecision.Baseline("b"),
                GroupDecision.In(GroupFormat.Float16, "c", "max", biasCorrection: false),
            ]);
        var other = new Plan("another", [.. plan.Groups.Take(2), GroupDecision.In(GroupFormat.Int8, "c", "max", biasCorrection: false)]);

        var (read, again, third) = (Read(plan), Read(plan), Read(other));

        new[] { read, again }.ShouldAllBe(parsed => parsed.Equals(plan));
        third.ShouldBe(other);
        read.Groups.Zip(again.Groups).ShouldAllBe(pair => ReferenceEquals(pair.First, pair.Second));
        read.Groups.Zip(third.Groups).Select(pair => ReferenceEquals(pair.First, pair.Second)).ShouldBe([true, true, false]);

        static Plan Read(Plan written) => JsonSerializer.Deserialize<Plan>(written.Json, PlanJson.Options)!;
    }

    [Fact]
    public void Parse_FileFromBeforeLearnedParameters_GivesNone()
    {
        var old =
            """{"schema":"cluster.plan/v1","plan":{"target":"t","groups":[{"group":"a","format":"int8","calibrator":"max","biasCorrection":true,"rounding":"nearest"}]},"builtFrom":{"model":"m","calibration":"c","corrections":"x"},"seed":7}""";

        PlanFile.Parse(old, "p.json").BuiltFrom.ShouldBe(new BuiltFrom("m", "c", "x"));
        new PlanFile(Golden, new BuiltFrom("m", "c"), 7).Format().ShouldNotContain("learned");
        PlanFile.Parse(new PlanFile(Golden, new BuiltFrom("m", "c", null, "l", BuiltFrom.Equalized), 7).Format(), "p.json")
            .BuiltFrom.ShouldBe(new BuiltFrom("m", "c", null, "l", "equalized"));
    }

    [Theory]
    [InlineData("not json", "is not JSON")]
    [InlineData("[]", "cluster.plan/v1")]
    [InlineData("""{"schema":"cluster.plan/v2"}""", "cluster.plan/v2")]
    [InlineData("""{"schema":"cluster.plan/v1"}""", "is not a plan")]
    public void Parse_OtherText_SaysWhatIsWrong(string text, string expected) =>
        Should.Throw<JobException>(() => PlanFile.Parse(text, "p.json")).Message.ShouldContain(expected);

    [Fact]
    public void Parse_MisspeltMember_IsNamed()
    {
        var text = new PlanFile(Golden, new BuiltFrom("m", "c"), 7)
            .Format()
            .Replace("\"biasCorrection\"", "\"biasCorection\"", StringComparison.Ordinal);

        Should.Throw<JobException>(() => PlanFile.Parse(text, "p.json")).Message.ShouldContain("biasCor");
    }

    [Fact]
    public void Parse_EditedPlan_IsRefusedUnlessItsDigestIsRemoved()
    {
        var text = new PlanFile(Golden, new BuiltFrom("m", "c"), 7).Format();
        var edited = text.Replace("percentile:99.99", "mse", StringComparison.Ordinal);

        Should.Throw<JobException>(() => PlanFile.Parse(edited, "p.json")).Message.ShouldContain("edited on purpose");
        var withoutDigest = JsonNode.Parse(edited)!.AsObject();
        withoutDigest.Remove("digest");
        PlanFile.Parse(withoutDigest.ToJsonString(), "p.json").Plan.Groups[0].Calibrator.ShouldBe("mse");
    }

    [Fact]
    public void Read_MissingFile_SaysSo() =>
        Should.Throw<JobException>(() => PlanFiles.Read("/nowhere/p.json")).Message.ShouldContain("no plan file");

    [Fact]
    public void Indices_Subset_AreSeededDistinctAndAscending()
    {
        var indices = ImageScope.Subset(100, seed: 5).Indices(1000);

        indices.Length.ShouldBe(100);
        indices.ShouldBe(indices.Distinct().Order());
        indices.ShouldAllBe(i => i >= 0 && i < 1000);
        indices.ShouldBe(ImageScope.Subset(100, seed: 5).Indices(1000));
        indices.ShouldNotBe(ImageScope.Subset(100, seed: 6).Indices(1000));
        ImageScope.Full.Indices(3).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Next_SeedOfThePublishedVector_GivesItsNumbers()
    {
        // Reference output of splitmix64.c for seed 1234567.
        var random = new SplitMix64(1234567);

        new[] { random.Next(), random.Next(), random.Next() }.ShouldBe(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL]);
    }
}
