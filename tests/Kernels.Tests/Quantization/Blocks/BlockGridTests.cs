using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Tests.Quantization.Blocks;

public sealed class BlockGridTests
{
    [Theory]
    [InlineData(15, 0.26666667f, 4, new[] { 0, 4, 6, 15, 15 })]
    [InlineData(255, 0.015686275f, 64, new[] { 0, 64, 96, 255, 255 })]
    public void Of_WeightsFromMinusOneToThree_HasThePublishedCodes(int largest, float scale, int zeroPoint, int[] codes)
    {
        var grid = BlockGrid.Of([-1, 0.5, 3], largest);

        grid.Scale.ShouldBe(scale);
        grid.ZeroPoint.ShouldBe((byte)zeroPoint);
        new[] { -1, 0, 0.5, 3, 5 }.Select(weight => (int)grid.Encode(weight)).ShouldBe(codes);
    }

    [Fact]
    public void Of_WeightsOfOneSign_KeepsZeroExact()
    {
        foreach (double[] weights in new double[][] { [2, 3], [-3, -2] })
        {
            var grid = BlockGrid.Of(weights, 15);

            grid.Decode(grid.Encode(0)).ShouldBe(0f);
            foreach (double weight in weights)
            {
                ((double)grid.Decode(grid.Encode(weight))).ShouldBe(weight, grid.Scale / 2);
            }
        }
    }

    [Fact]
    public void Of_Zeros_IsZero()
    {
        var grid = BlockGrid.Of([0, 0], 255);

        grid.Scale.ShouldBe(1f);
        grid.Decode(grid.Encode(0)).ShouldBe(0f);
    }
}
