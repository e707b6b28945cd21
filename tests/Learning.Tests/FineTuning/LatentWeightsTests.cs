namespace Cluster.Learning.Tests.FineTuning;

public sealed class LatentWeightsTests
{
    // Two output channels of three weights, steps 0.5 and 0.25, 4 bits: codes -8 to 7.
    private static readonly QuantizedWeights Start = new([1, -2, 7, 0, 3, -8], [0.5f, 0.25f], 0, [2, 3]) { Bits = 4 };

    [Fact]
    public void Of_LearnedCodes_AreWhatTheyStandFor() =>
        LatentWeights.Of([0.8f, -0.9f, 9f, 0.1f, 0.6f, -9f], Start, CodeRange.Of(Start), learned: true)
            .ShouldBe([0.5f, -1f, 3.5f, 0f, 0.75f, -2f]);

    // 0.8 rounds to code 2 and comes to 1.49 steps, 0.6 to 2 and comes to 2.51; the others round to the plan's codes, beyond the range too.
    [Fact]
    public void Of_NearestCodes_AreTheFloatWeightsOrJustWithinTheirCode() =>
        LatentWeights.Of([0.8f, -0.9f, 9f, 0.1f, 0.6f, -9f], Start, CodeRange.Of(Start), learned: false)
            .ShouldBe([0.745f, -0.9f, 9f, 0.1f, 0.6275f, -9f], 1e-6);
}
