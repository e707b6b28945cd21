using Cluster.Networks.Graphs.Passes;

namespace Cluster.Evaluation.Tests.Artefacts;

public sealed class PlanTranslatorTests
{
    private const string Digest = "0123";

    [Fact]
    public void Space_SmallNetwork_HasGroupsAndEdgesWithTheirSizes()
    {
        var space = Translator(Sample.SmallGraph()).Space();

        space.ModelDigest.ShouldBe(Digest);
        space.Groups.Select(group => group.Name).ShouldBe(["c1", "c2", "y"]);

        // 3x3x1x4 on 4x4 pixels, 4x4 on 4x4 pixels, 4x3.
        space.Groups.Select(group => group.Macs).ShouldBe([576L, 256, 12]);
        space.Groups[0].Parameters.ShouldBe(40);
        space.Groups[1].Operators.ShouldBe(["Conv", "Relu", "GlobalAveragePool", "Flatten"]);
        space.Groups[1].Description.ShouldBe("Conv + Relu + GlobalAveragePool + Flatten -> 4");
        space.Edges.ShouldBe(
            [new GroupEdge(-1, 0, "x", 16), new GroupEdge(0, 1, "r1", 64), new GroupEdge(1, 2, "f", 4), new GroupEdge(2, 3, "y", 3)]);
    }

    [Fact]
    public void Space_GroupWithoutIntegerKernel_IsNoDecisionAndItsEdgesEndOutside()
    {
        var graph = Sample.Graph(
            [("w", [1, 1, 1, 1], [2])],
            [Sample.Node("Sigmoid", "s", ["x"]), Sample.Node("Conv", "c", ["s", "w"]), Sample.Node("Flatten", "y", ["c"])],
            [-1, 1, 2, 2]);
        var translator = Translator(graph);

        translator.Space().Groups.Select(group => group.Name).ShouldBe(["c"]);
        translator.Space().Edges.ShouldBe([new GroupEdge(-1, 0, "s", 4), new GroupEdge(0, 1, "y", 4)]);
        translator.Settings(Int8("c")).ShouldBe(
            [GroupDecision.Baseline("s"), GroupDecision.In(GroupFormat.Int8, "c", "max", biasCorrection: true)]);
    }

    [Fact]
    public void Space_Lstm_IsDecidedOnProcessorsOnly()
    {
        var grouped = GroupFinder.Find(GraphNormalizer.Normalize(StateNetwork.Graph()));

        var group = new PlanTranslator(grouped, Digest, Sample.Target).Space().Groups[0];

        // (40 + 48) x 4 x 48, none of which stays in FP32.
        (group.Name, group.Macs, group.FloatMacs).ShouldBe(("lstm", 16_896, null));
        new PlanTranslator(grouped, Digest, Sample.Target, usesGpu: true).Decided.Select(decided => decided.Name).ShouldBe(["dense"]);
    }

    [Fact]
    public void Space_ProductsThatStayInFloat_CountAs32BitsWhateverIsDecided()
    {
        var graph = Sample.Graph(
            [("w", [2, 1, 1, 1], [2, 1]), ("t", [2, 3, 2, 2], Sample.Values(24, 1, 1)), ("s", [1, 1, 2, 2], Sample.Values(4, 2, 1))],
            [
                Sample.Node("ConvTranspose", "a", ["x", "s"]), Sample.Node("Conv", "c", ["a", "w"]),
                Sample.Node("ConvTranspose", "y", ["c", "t"]),
            ],
            [-1, 1, 2, 2]);
        var grouped = GroupFinder.Find(GraphNormalizer.Normalize(graph));
        var translator = new PlanTranslator(grouped, Digest, Sample.Target);
        var space = translator.Space();

        // Outside of groups 4 pixels to 2x2; in the group 9 pixels to 2 channels, and 18 elements to 3 channels of 2x2.
        space.FloatMacs.ShouldBe(16);
        space.Groups.Select(group => (group.Macs, group.FloatMacs)).ShouldBe([(18 + (18 * 12), 18 * 12)]);
        space.Macs.ShouldBe(16 + 18 + 216);
        space.Bops([GroupFormat.Int8]).ShouldBe((18 * 64) + ((16 + 216) * 1024));
        foreach (var plan in new[] { Int8("c"), Plan.Baseline(Sample.Target, ["c"]) })
        {
            space.Bops(plan.Groups.Select(group => group.Format)).ShouldBe(BitOperations.Count(grouped, translator.Settings(plan)));
        }
    }

    [Fact]
    public void Space_SkipConnection_HasOneEdgeATensorAndReader()
    {
        var graph = Sample.Graph(
            [("w", [1, 1, 1, 1], [2])],
            [
                Sample.Node("Conv", "a", ["x", "w"]), Sample.Node("Conv", "b", ["a", "w"]), Sample.Node("Conv", "c", ["b", "w"]),
                Sample.Node("Add", "d", ["c", "a"]), Sample.Node("Flatten", "y", ["d"]),
            ],
            [-1, 1, 2, 2]);

        Translator(graph).Space().Edges.ShouldBe(
            [
                new GroupEdge(-1, 0, "x", 4),
                new GroupEdge(0, 1, "a", 4),
                new GroupEdge(1, 2, "b", 4),
                new GroupEdge(0, 2, "a", 4),
                new GroupEdge(2, 3, "y", 4)
            ]);
    }

    [Fact]
    public void Settings_MixedPlan_KeepsCalibratorAndCorrection()
    {
        var plan = new Plan(
            Sample.Target,
            [
                GroupDecision.In(GroupFormat.Int8, "c1", "kl", true),
                GroupDecision.Baseline("c2"),
                GroupDecision.In(GroupFormat.Int8, "y", "percentile:99.9", false),
            ]);

        Translator(Sample.SmallGraph()).Settings(plan).ShouldBe(plan.Groups);
    }

    [Fact]
    public void Settings_PlanOfAnotherTarget_IsRefused() =>
        Refused(new Plan("tensorrt", [GroupDecision.In(GroupFormat.Int8, "c1", "max", true)])).ShouldContain(
            "'tensorrt' where 'onnxruntime-cpu' is expected");

    [Theory]
    [InlineData("c1 y c2", "group 2 is 'y' where the network has 'c2'")]
    [InlineData("c1 c2", "group 3 is '(none)' where the network has 'y'")]
    [InlineData("c1 c2 y z", "group 4 is 'z' where the network has '(none)'")]
    public void Settings_PlanOfOtherGroups_IsRefused(string groups, string problem) =>
        Refused(Int8(groups.Split(' '))).ShouldContain(problem);

    [Fact]
    public void Settings_FewBits_AreHandedOn()
    {
        var four = GroupDecision.In(GroupFormat.Integer(4, 3), "c2", "max", true) with { Rounding = "qdrop" };

        Translator(Sample.SmallGraph())
            .Settings(new Plan(Sample.Target, [GroupDecision.Baseline("c1"), four, GroupDecision.Baseline("y")]))[1]
                .ShouldBe(four);
    }

    [Theory]
    [InlineData("float16")]
    [InlineData("int4/float16")]
    public void Settings_FormatThatTheTargetDoesNotTake_IsRefused(string format) =>
        Refused(new Plan(
            Sample.Target,
            [GroupDecision.Baseline("c1"), GroupDecision.In(GroupFormat.Parse(format), "c2", "max", true), GroupDecision.Baseline("y")]))
            .ShouldBe(
                $"The plan runs group 'c2' in {format}, which the target 'onnxruntime-cpu' does not take: give it float32, or integers "
                + "of 2 to 8 bits.");

    [Fact]
    public void Space_FormatsOfProducts_AreLackedByOtherGroups()
    {
        var space = Offering(Sample.SmallGraph(), GroupFormat.Int8, GroupFormat.Dynamic, GroupFormat.Int4Block).Space();

        space.Formats.ShouldBe([GroupFormat.Int8, GroupFormat.Dynamic, GroupFormat.Int4Block]);
        space.Groups.Select(group => group.Lacks).ShouldBe(
            [[GroupFormat.Dynamic, GroupFormat.Int4Block], [GroupFormat.Dynamic, GroupFormat.Int4Block], null]);
    }

    [Fact]
    public void Space_FormatThatNoGroupCanHave_IsRefused() =>
        Should.Throw<JobException>(() => Offering(
            Sample.Graph([("w", [1, 1, 1, 1], [2])], [Sample.Node("Conv", "y", ["x", "w"])], [-1, 1, 2, 2]),
            GroupFormat.Int8,
            GroupFormat.Int4Block).Space()).Message.ShouldBe(
            "--formats has int4-block, which MatMul and Gemm with constant weights can have, and this network has none: leave it out.");

    [Fact]
    public void Settings_FormatThatTheGroupLacks_IsRefused() =>
        Should.Throw<JobException>(() => Offering(Sample.SmallGraph(), GroupFormat.Int8, GroupFormat.Dynamic).Settings(new Plan(
            Sample.Target,
            [
                GroupDecision.Baseline("c1"), GroupDecision.In(GroupFormat.Dynamic, "c2", "none", false), GroupDecision.Baseline("y"),
            ]))).Message.ShouldBe(
                "The plan runs group 'c2' in int8-dynamic, which MatMul, Gemm and LSTM with constant weights can have, and it has none: "
                + "give it int8 or float32.");

    [Fact]
    public void Settings_UnknownRounding_IsRefused()
    {
        var learned = GroupDecision.In(GroupFormat.Int8, "c2", "max", true) with { Rounding = "magic" };

        Refused(new Plan(Sample.Target, [GroupDecision.Baseline("c1"), learned, GroupDecision.Baseline("y")])).ShouldContain(
            "'c2' the rounding 'magic' where one of nearest, weight-correction, adaround, brecq, qdrop, qat");
    }

    [Fact]
    public void FirstLearned_MixedPlan_IsFirstNotNearest()
    {
        var learned = GroupDecision.In(GroupFormat.Int8, "c2", "max", true) with { Rounding = "brecq" };

        var first = GroupDecision.In(GroupFormat.Int8, "c1", "max", true);
        PlanTranslator.FirstLearned(new Plan(Sample.Target, [first, learned, GroupDecision.Baseline("y")])).ShouldBe(learned);
        PlanTranslator.FirstLearned(Int8("c1", "c2", "y")).ShouldBeNull();
        Translator(Sample.SmallGraph()).Weighted.Select(group => group.Name).ShouldBe(["c1", "c2", "y"]);
    }

    private static string Refused(Plan plan) => Should.Throw<JobException>(() => Translator(Sample.SmallGraph()).Settings(plan)).Message;

    private static Plan Int8(params string[] groups) => Plan.Uniform(GroupFormat.Int8, Sample.Target, groups, "max", biasCorrection: true);

    private static PlanTranslator Offering(ModelGraph graph, params GroupFormat[] formats) =>
        new(GroupFinder.Find(GraphNormalizer.Normalize(graph)), Digest, Sample.Target, formats, formats);

    private static PlanTranslator Translator(ModelGraph graph) =>
        new(GroupFinder.Find(GraphNormalizer.Normalize(graph)), Digest, Sample.Target);
}
