namespace Cluster.Coordinator.Tests.Plans;

public sealed class GroupDecisionJsonTests
{
    // Digests of plans rest on it.
    [Theory]
    [InlineData("float32", """{"biasCorrection":false,"calibrator":"none","format":"float32","group":"g","rounding":"none"}""")]
    [InlineData("int8", """{"biasCorrection":true,"calibrator":"kl","format":"int8","group":"g","rounding":"nearest"}""")]
    [InlineData("w4a6", """{"biasCorrection":true,"calibrator":"kl","format":"w4a6","group":"g","rounding":"nearest"}""")]
    [InlineData("float16", """{"biasCorrection":false,"calibrator":"none","format":"float16","group":"g","rounding":"nearest"}""")]
    [InlineData("int4/float16", """{"biasCorrection":true,"calibrator":"kl","format":"int4/float16","group":"g","rounding":"nearest"}""")]
    public void Json_Format_HasGoldenBytesAndReadsBack(string format, string expected)
    {
        var decision = GroupDecision.In(GroupFormat.Parse(format), "g", "kl", biasCorrection: true);
        var plan = new Plan("t", [decision]);

        plan.Json.ShouldBe($$"""{"groups":[{{expected}}],"target":"t"}""");
        Read(plan.Json).ShouldBe(plan);
        SchemaValidator.Of("plan.schema.json").Errors(new PlanFile(plan, new BuiltFrom("m", "c"), 1).Format()).ShouldBeEmpty();
    }

    [Fact]
    public void Parse_UnknownFormat_IsNamed() =>
        Should.Throw<JobException>(() => PlanFile.Parse(
            """{"schema":"cluster.plan/v1","plan":{"target":"t","groups":[{"group":"g","format":"int9","calibrator":"max","biasCorrection":true}]},"builtFrom":{"model":"m","calibration":"c"},"seed":7}""",
            "p.json")).Message.ShouldContain("\"int9\" is not a format that this version knows");

    private static Plan Read(string json) =>
        System.Text.Json.JsonSerializer.Deserialize<Plan>(json, PlanJson.Strict)!;
}
