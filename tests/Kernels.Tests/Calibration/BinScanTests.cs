namespace Cluster.Kernels.Tests.Calibration;

public sealed class BinScanTests
{
    // With and without whole vectors and a rest; zeros of either sign, denormals, and negative numbers in every lane.
    [Fact]
    public void Fill_AnyLength_HasTheBinsOfAPlainLoopInOrder()
    {
        for (int length = 1; length <= BinScan.Block; length += length < 70 ? 1 : 53)
        {
            var random = new Random(length);
            float[] values = [.. Enumerable.Range(0, length).Select(_ => random.Next(5) switch
            {
                0 => 0f,
                1 => -0f,
                2 => -1e-40f,
                3 => (float)random.NextDouble(),
                _ => -(float)random.NextDouble(),
            })];
            int[] indices = new int[BinScan.Room];

            int filled = BinScan.Fill(values, indices, BinIndices.Scale(0), out var scan);

            int[] bins = [.. values.Select(value => (int)(Math.Abs(value) * 8192.0) + (value < 0 ? ActivationHistogram.BinsPerSide : 0))];
            if (filled == length)
            {
                indices[..filled].ShouldBe(bins);
            }
            else
            {
                // Values behind the last whole vector keep their zeros.
                int whole = length - (length % 16);
                indices[..filled].ShouldBe([.. bins[..whole].Where((_, i) => values[i] != 0), .. bins[whole..]]);
            }

            (scan.Minimum, scan.Maximum, scan.Zeros, scan.IsFinite).ShouldBe(
                (values.Min(), values.Max(), values.LongCount(value => value == 0), true));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Fill_NotFiniteAnywhere_IsSeen(float bad)
    {
        for (int i = 0; i < 100; i++)
        {
            float[] values = new float[100];
            values[i] = bad;

            BinScan.Fill(values, new int[BinScan.Room], BinIndices.Scale(0), out var scan);

            scan.IsFinite.ShouldBeFalse();
            scan.HasNaN.ShouldBe(float.IsNaN(bad));
        }
    }
}
