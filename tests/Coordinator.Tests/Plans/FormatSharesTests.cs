namespace Cluster.Coordinator.Tests.Plans;

public sealed class FormatSharesTests
{
    [Theory]
    [InlineData("int8 int8", "2 of 2 groups in INT8")]
    [InlineData("int8 float32", "1 of 2 groups in INT8")]
    [InlineData("float32", "0 of 1 groups in INT8")]
    [InlineData("int8 w4a4 w4a4 int8", "4 of 4 groups quantized: 2 in INT8, 2 in W4A4")]
    [InlineData("w2a4 float32 w3a8", "2 of 3 groups quantized: 1 in W3A8, 1 in W2A4")]
    [InlineData("int8 float16 float32", "2 of 3 groups quantized: 1 in FP16, 1 in INT8")]
    public void Titled_Formats_AreThoseOfThePlan(string formats, string expected) =>
        FormatShares.Titled(PlanOf(formats)).ShouldBe(expected);

    [Fact]
    public void Titled_LayersThatAreKnown_AreCounted()
    {
        FormatShares.Titled(PlanOf("int8 float32"), new LayerCounts(2, 5)).ShouldBe("1 of 2 groups in INT8, 2 of 5 layers with weights");
        FormatShares.Titled(PlanOf("int8 float32"), null).ShouldBe("1 of 2 groups in INT8");
    }

    [Fact]
    public void Of_Formats_AreTheirCanonicalTexts()
    {
        FormatShares.Of(PlanOf("int8 float32")).ShouldBe("1 of 2 groups in int8");
        FormatShares.Of(PlanOf("int8 w4a8")).ShouldBe("2 of 2 groups quantized: 1 in int8, 1 in w4a8");
        PlanOf("int8 float32").ToString().ShouldStartWith("1/2 groups in int8, ");
    }

    private static Plan PlanOf(string formats) => new(
        "onnxruntime-cpu",
        [.. formats.Split(' ').Select((text, i) => GroupDecision.In(GroupFormat.Parse(text), $"g{i}", "mse", biasCorrection: true))]);
}
