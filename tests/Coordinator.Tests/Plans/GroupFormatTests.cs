namespace Cluster.Coordinator.Tests.Plans;

public sealed class GroupFormatTests
{
    [Theory]
    [InlineData("float32", "FP32", 32, 32)]
    [InlineData("float16", "FP16", 16, 16)]
    [InlineData("int8", "INT8", 8, 8)]
    [InlineData("int8-safe", "int8-safe", 8, 8)]
    [InlineData("int8-tensor", "int8-tensor", 8, 8)]
    [InlineData("int8-dynamic", "int8-dynamic", 8, 8)]
    [InlineData("int8-weights", "int8-weights", 8, 32)]
    [InlineData("int4-block", "int4-block", 4, 8)]
    [InlineData("w4a4", "W4A4", 4, 4)]
    [InlineData("w4a8", "W4A8", 4, 8)]
    [InlineData("int4/float16", "INT4/FP16", 4, 16)]
    public void Parse_CanonicalText_GivesItBack(string text, string title, int weightBits, int activationBits)
    {
        var format = GroupFormat.Parse(text);

        (format.Text, format.Title).ShouldBe((text, title));
        (format.Weights.Bits, format.Activations.Bits).ShouldBe((weightBits, activationBits));
        GroupFormat.Parse(text.ToUpperInvariant()).ShouldBe(format);
        CanonicalJson.Serialize(format).ShouldBe($"\"{text}\"");
    }

    [Fact]
    public void Parse_NameOfOneNumberFormat_IsThatForBoth()
    {
        NumberFormat[] ofWeights = [NumberFormat.PairSafe, NumberFormat.PerTensor, NumberFormat.Block, NumberFormat.WeightsAlone];
        foreach (var format in NumberFormat.All.Except(ofWeights))
        {
            GroupFormat.Parse(format.Name).ShouldBe(new GroupFormat(format, format));
            GroupFormat.Parse(new GroupFormat(format, format).Text).ShouldBe(new GroupFormat(format, format));
        }

        GroupFormat.Parse("int4").Text.ShouldBe("w4a4");
    }

    [Fact]
    public void Parse_Int8Safe_IsOfWeightsAlone()
    {
        GroupFormat.Int8Safe.ShouldBe(new GroupFormat(NumberFormat.PairSafe, NumberFormat.Integer(8)));
        GroupFormat.Int8Safe.ShouldNotBe(GroupFormat.Int8);
        GroupFormat.Int8Safe.IsInteger.ShouldBeTrue();
        GroupFormat.TryParse("int4/int8-safe").ShouldBeNull();
        var decision = GroupDecision.In(GroupFormat.Int8Safe, "g", "mse", biasCorrection: true);
        CanonicalJson.Serialize(decision).ShouldContain("\"format\":\"int8-safe\"");
        System.Text.Json.JsonSerializer.Deserialize<GroupDecision>(CanonicalJson.Serialize(decision), PlanJson.Strict)
            .ShouldBe(decision);
    }

    [Theory]
    [InlineData("int8-dynamic")]
    [InlineData("int4-block")]
    [InlineData("int8-weights")]
    public void Canonical_FormatOfTheRuntimesOwnOperators_HasNothingCalibratedOrLearned(string text)
    {
        var format = GroupFormat.Parse(text);

        var plan = new Plan("t", [GroupDecision.In(format, "g", "mse", biasCorrection: true) with { Rounding = "adaround" }]);

        (format.IsOfRuntime, format.IsInteger, format.IsCalibrated, format.IsInt8).ShouldBe((true, false, false, false));
        (plan.Groups[0].Calibrator, plan.Groups[0].BiasCorrection, plan.Groups[0].Rounding).ShouldBe(("none", false, "nearest"));
        plan.QuantizedCount.ShouldBe(1);
        GroupFormat.TryParse("int4/int4-block").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("int9")]
    [InlineData("w1a8")]
    [InlineData("w8")]
    [InlineData("float16/")]
    public void Parse_AnythingElse_SaysWhatIsExpected(string text)
    {
        GroupFormat.TryParse(text).ShouldBeNull();
        Should.Throw<JobException>(() => GroupFormat.Parse(text)).Message.ShouldBe(
            $"The format \"{text}\" is unknown where one like float32, int8, float16 or w4a8 is expected.");
    }

    [Fact]
    public void Integer_NoSuchWidth_IsRefused() =>
        Should.Throw<JobException>(() => GroupFormat.Integer(4, 9)).Message.ShouldContain("Integers of 9 bits");

    [Fact]
    public void RoundingVariance_Formats_AreOrderedBySignificantBits()
    {
        string[] coarsest =
        [
            "w4a4", "w4a8", "int4-block", "int8-tensor", "int8-safe", "int8-dynamic", "int8", "int8-weights", "float16", "float32",
        ];
        var variances = coarsest.Select(text => GroupFormat.Parse(text).RoundingVariance).ToArray();

        // An integer spends two of its bits on the range, which a float's exponent covers.
        variances.ShouldBe(variances.Distinct().OrderDescending());
        GroupFormat.Int8.RoundingVariance.ShouldBe(2.0 / 4096);
        GroupFormat.Float16.RoundingVariance.ShouldBe(GroupFormat.Int8.RoundingVariance / 1024);
    }
}
