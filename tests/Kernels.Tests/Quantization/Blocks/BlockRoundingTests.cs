using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Tests.Quantization.Blocks;

public sealed class BlockRoundingTests
{
    private const int Inputs = 40;

    private static readonly BlockFormat Format = new(4, 16);

    [Fact]
    public void Nearest_ThreeWeights_HaveTheCodesOfTheGrid() =>
        BlockRounding.Nearest(new float[] { 0.6f, 7.4f, 15f }, 1, 3, Format).Codes.ShouldBe([1, 7, 15]);

    [Fact]
    public void Nearest_AnyWeights_IsWithinHalfAStep() =>
        Prop.ForAll(Gen.Choose(-1000, 1000).ArrayOf(2 * Inputs).ToArbitrary(), values =>
        {
            float[] weights = [.. values.Select(value => value / 300f)];
            var codes = BlockRounding.Nearest(weights, 2, Inputs, Format);
            float[] decoded = codes.Decoded();

            // The ends of a range may be a whole step away: the zero point is rounded too.
            return Enumerable.Range(0, weights.Length).All(i => Math.Abs(weights[i] - decoded[i])
                <= codes.Scales[(i / Inputs * codes.Blocks) + (i % Inputs / Format.Block)] * 1.001);
        }).QuickCheckThrowOnFailure();
}
