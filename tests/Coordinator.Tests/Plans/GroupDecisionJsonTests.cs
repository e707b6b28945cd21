using Cluster.Plans;

namespace Cluster.Coordinator.Tests.Plans;

public sealed class GroupDecisionJsonTests
{
    // Digests of plans rest on it.
    [Theory]
    [InlineData("float32", """{"activationBits":32,"biasCorrection":false,"calibrator":"none","group":"g","precision":"float32","rounding":"none","weightBits":32}""")]
    [InlineData("int8", """{"activationBits":8,"biasCorrection":true,"calibrator":"kl","group":"g","precision":"int8","rounding":"nearest","weightBits":8}""")]
    [InlineData("w4a6", """{"activationBits":6,"biasCorrection":true,"calibrator":"kl","group":"g","precision":"int8","rounding":"nearest","weightBits":4}""")]
    [InlineData("w8a16", """{"activationBits":16,"biasCorrection":true,"calibrator":"kl","group":"g","precision":"w8a16","rounding":"nearest","weightBits":8}""")]
    [InlineData("float16", """{"activationBits":16,"biasCorrection":false,"calibrator":"none","group":"g","precision":"float16","rounding":"nearest","weightBits":16}""")]
    [InlineData("int4/float16", """{"activationBits":16,"biasCorrection":true,"calibrator":"kl","group":"g","precision":"int4/float16","rounding":"nearest","weightBits":4}""")]
    public void Json_Format_HasGoldenBytesAndReadsBack(string format, string expected)
    {
        var decision = GroupDecision.In(GroupFormat.Parse(format), "g", "kl", biasCorrection: true);
        var plan = new Plan("t", [decision]);

        plan.Json.ShouldBe($$"""{"groups":[{{expected}}],"target":"t"}""");
        Read(plan.Json).ShouldBe(plan);
        SchemaValidator.Of("plan.schema.json").Errors(new PlanFile(plan, new BuiltFrom("m", "c"), 1).Format()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(""" "precision":"int8" """, "int8")]
    [InlineData(""" "precision":"INT8","weightBits":4 """, "w4a8")]
    [InlineData(""" "precision":"float32","weightBits":8 """, "float32")]
    [InlineData(""" "precision":"w4a8" """, "w4a8")]
    public void Parse_MembersLeftOut_HaveTheirDefaults(string members, string expected) =>
        Read($$"""{"target":"t","groups":[{"group":"g",{{members}},"calibrator":"max","biasCorrection":false}]}""")
            .Groups.Single().Format.Text.ShouldBe(expected);

    [Fact]
    public void Parse_UnknownFormat_IsNamed() =>
        Should.Throw<JobException>(() => PlanFile.Parse(
            """{"schema":"cluster.plan/v1","plan":{"target":"t","groups":[{"group":"g","precision":"int9","calibrator":"max","biasCorrection":true}]},"builtFrom":{"model":"m","calibration":"c"},"seed":7}""",
            "p.json")).Message.ShouldContain("the precision \"int9\" of group \"g\" is no format that this version knows");

    private static Plan Read(string json) =>
        System.Text.Json.JsonSerializer.Deserialize<Plan>(json, PlanJson.Strict)!;
}
