using Cluster.Coordinator.Plans;
using Cluster.Reporting.Models;

namespace Cluster.Reporting.Tests.Models;

public class PlanBitsTests
{
    [Theory]
    [InlineData("8/8 8/8", "2 of 2 groups in INT8")]
    [InlineData("8/8 32/32", "1 of 2 groups in INT8")]
    [InlineData("32/32", "0 of 1 groups in INT8")]
    [InlineData("8/8 4/4 4/4 8/8", "4 of 4 groups quantized: 2 in INT8, 2 in W4A4")]
    [InlineData("2/4 32/32 3/8", "2 of 3 groups quantized: 1 in W3A8, 1 in W2A4")]
    public void Describe_Bits_AreThoseOfThePlan(string bits, string expected) =>
        PlanBits.Describe(new Plan("onnxruntime-cpu", [.. bits.Split(' ').Select(Decide)])).ShouldBe(expected);

    private static GroupDecision Decide(string bits, int index)
    {
        var parts = bits.Split('/').Select(int.Parse).ToArray();
        return parts[0] == 32
            ? GroupDecision.Float32($"g{index}")
            : GroupDecision.Int8($"g{index}", "mse", biasCorrection: true) with { WeightBits = parts[0], ActivationBits = parts[1] };
    }
}
