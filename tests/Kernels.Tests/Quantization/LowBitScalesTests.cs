namespace Cluster.Kernels.Tests.Quantization;

public sealed class LowBitScalesTests
{
    [Fact]
    public void Quantize_WeightsOnTheGrid_AreExact()
    {
        // Channel 0 has the levels -2..1 of two bits, channel 1 is its mirror image, channel 2 has only one side.
        float[] weights = [-1f, -0.5f, 0, 0.5f, 1f, 0.5f, 0, -0.5f, 0, 0.25f, 0.5f, 0.75f];

        var (codes, scales) = LowBitScales.Quantize(weights, [3, 4], 0, 2);

        scales.ShouldBe([0.5f, 0.5f, 0.25f], 1e-7);
        codes.ShouldBe([-2, -1, 0, 1, 2, 1, 0, -1, 0, 1, 2, 3]);
    }

    [Fact]
    public void Quantize_ChannelOfZeros_HasScaleOne()
    {
        var (codes, scales) = LowBitScales.Quantize([0, 0, 1, -1], [2, 2], 0, 3);

        scales[0].ShouldBe(1f);
        codes[..2].ShouldBe([0, 0]);
    }

    [Theory]
    [InlineData(2, 1.048, 8.26)]
    [InlineData(3, 0.6024, 13.91)]
    [InlineData(4, 0.3385, 19.26)]
    public void Quantize_NormalWeights_FindsTheKnownOptimum(int bits, double step, double decibels)
    {
        // The best uniform quantizer of N(0, 1) with a code for zero, scanned numerically.
        float[] weights = Normal(200_000);

        var (codes, scales) = LowBitScales.Quantize(weights, [1, weights.Length], 0, bits);

        double noise = weights.Zip(codes, (w, code) => Math.Pow(w - (code * (double)scales[0]), 2)).Sum();
        ((double)scales[0]).ShouldBe(step, step * 0.02);
        (10 * Math.Log10(weights.Sum(w => (double)w * w) / noise)).ShouldBe(decibels, 0.05);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Quantize_AnyWeights_IsNoWorseThanCoveringThemAll(int bits) =>
        Prop.ForAll(Gen.Choose(-1000, 1000).ArrayOf().Where(values => values.Length > 0).ToArbitrary(), values =>
        {
            float[] weights = [.. values.Select(value => value / 300f)];
            int highest = (1 << (bits - 1)) - 1;
            var (codes, scales) = LowBitScales.Quantize(weights, [1, weights.Length], 0, bits);
            float plain = Math.Max(weights.Max(Math.Abs), 1e-6f) / highest;
            double Error(Func<int, double> rounded) => weights.Select((w, i) => Math.Pow(w - rounded(i), 2)).Sum();
            double found = Error(i => codes[i] * (double)scales[0]);
            double covered = Error(i => Math.Clamp(Math.Round(weights[i] / (double)plain), -highest - 1, highest) * plain);
            return found <= (covered * 1.001) + 1e-9 && Math.Max(codes.Max(), (sbyte)0) - Math.Min(codes.Min(), (sbyte)0) < 1 << bits;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quantize_BesideNumpy_IsAsGoodAsAFineScan()
    {
        float[] weights = Normal(300);
        var (codes, scales) = LowBitScales.Quantize(weights, [1, weights.Length], 0, 3);
        double found = weights.Select((w, i) => Math.Pow(w - (codes[i] * (double)scales[0]), 2)).Sum();

        double[] least = PythonReference.Run("numpy", """
            x = x.astype(np.float64)
            print(min(((x - np.clip(np.rint(x / s), -z, 7 - z) * s) ** 2).sum() for z in range(8) for s in np.linspace(0.02, 2.5, 4000)))
            """, weights);

        found.ShouldBeLessThan(least[0] * 1.01);
    }

    [Fact]
    public void Quantize_LastAxis_TakesColumns()
    {
        var (codes, scales) = LowBitScales.Quantize([1, 10, -2, -20], [2, 2], 1, 2);

        scales.ShouldBe([1f, 10f], 1e-5);
        codes.ShouldBe([1, 1, -2, -2]);
    }

    [Fact]
    public void Quantize_NotFinite_IsRefused() =>
        Should.Throw<KernelException>(() => LowBitScales.Quantize([1, float.NaN], [1, 2], 0, 4)).Message.ShouldContain("finite");

    // Box-Muller.
    private static float[] Normal(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count)
            .Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
