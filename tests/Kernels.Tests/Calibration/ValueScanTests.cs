namespace Cluster.Kernels.Tests.Calibration;

public sealed class ValueScanTests
{
    // With and without whole vectors and a rest; zeros of either sign, denormals, and negative numbers in every lane.
    [Fact]
    public void Of_AnyLength_IsThatOfAPlainLoop()
    {
        for (int length = 1; length < 100; length++)
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

            var scan = ValueScan.Of(values);

            (scan.Minimum, scan.Maximum, scan.Zeros, scan.IsFinite).ShouldBe(
                (values.Min(), values.Max(), values.LongCount(value => value == 0), true));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Of_NotFiniteAnywhere_IsSeen(float bad)
    {
        for (int i = 0; i < 100; i++)
        {
            float[] values = new float[100];
            values[i] = bad;

            var scan = ValueScan.Of(values);

            scan.IsFinite.ShouldBeFalse();
            scan.HasNaN.ShouldBe(float.IsNaN(bad));
        }
    }
}
