namespace Cluster.Kernels.Tests.Calibration;

public sealed class KlThresholdTests
{
    private const int Bins = 2048;
    private const int Levels = 128;

    // A million values: the mass of a bin of |x| is twice that of one side.
    private const double BothSides = 2e6;

    [Fact]
    public void Divergence_TinyPublishedVector_GivesItsFigure() =>
        new KlDivergence([1, 0, 2, 3, 5, 3, 1, 7], levels: 2, foldOutliers: false).Of(8).ShouldBe(0.1503153, 1e-7);

    [Theory]
    [InlineData(5, 0, 1666, 4.0686)]
    [InlineData(8, 0, 1077, 4.2090)]
    [InlineData(20, 1, 450, 4.3994)]
    [InlineData(100, 1, 2048, 100.02)]
    public void Find_GaussianOfMagnitudes_GivesPublishedThreshold(double range, int outliers, int bins, double threshold)
    {
        long[] counts = Gaussian.Magnitudes(range, Bins, BothSides);
        counts[^1] += outliers;

        var found = KlThreshold.Find(counts, Levels, foldOutliers: false);

        found.Bins.ShouldBe(bins);
        ((found.Bins + 0.5) * range / Bins).ShouldBe(threshold, 0.005);
    }

    [Fact]
    public void Find_GaussianOfFiveSigma_GivesPublishedDivergence() =>
        KlThreshold.Find(Gaussian.Magnitudes(5, Bins, BothSides), Levels, foldOutliers: false).Divergence.ShouldBe(4.3652e-5, 1e-9);

    [Fact]
    public void Find_OneFarOutlierFolded_ClipsNevertheless()
    {
        long[] counts = Gaussian.Magnitudes(100, Bins, BothSides);
        counts[^1]++;

        var found = KlThreshold.Find(counts, Levels, foldOutliers: true);

        ((found.Bins + 0.5) * 100 / Bins).ShouldBeInRange(4, 10);
    }

    [Fact]
    public void Find_Constant_KeepsEverything()
    {
        long[] counts = new long[Bins];
        Array.Fill(counts, 7);

        var found = KlThreshold.Find(counts, Levels, foldOutliers: false);

        found.Bins.ShouldBe(Bins);
        found.Divergence.ShouldBe(0, 1e-12);
    }

    [Fact]
    public void Find_NothingBeyondTheLevels_IsZeroAtTheNarrowest()
    {
        long[] counts = new long[Bins];
        Array.Fill(counts, 5, 0, Levels);

        KlThreshold.Find(counts, Levels, foldOutliers: false).ShouldBe(new KlThreshold(Levels, 0));
    }

    [Fact]
    public void Find_FewerBinsThanLevels_KeepsAll() => KlThreshold.Find([1, 2, 3], Levels, foldOutliers: true).Bins.ShouldBe(3);

    [Fact]
    public void Divergence_BinByBinDefinition_Agrees()
    {
        var random = new Random(11);
        long[] counts = [.. Enumerable.Range(0, 300).Select(_ => random.Next(4) == 0 ? 0L : random.Next(1000))];

        foreach (int bins in new[] { 16, 17, 100, 255, 300 })
        {
            new KlDivergence(counts, 16, foldOutliers: true).Of(bins).ShouldBe(ByDefinition(counts, bins, 16), 1e-12);
        }
    }

    // What cannot win is left out without its divergence: the winner is the same to the bit.
    [Fact]
    public void Find_AnyHistogram_IsTheFirstOfTheLeast() =>
        Prop.ForAll<int, bool, PositiveInt>((seed, foldOutliers, size) =>
        {
            var random = new Random(seed);
            int levels = 2 << random.Next(6);
            double decay = random.NextDouble() * 8;
            double empty = random.NextDouble() * 0.9;
            int length = levels + (size.Get * 7 % 900);
            long[] counts = new long[length];
            for (int i = 0; i < length; i++)
            {
                double mean = 5000 * Math.Exp(-decay * i / levels);
                counts[i] = random.NextDouble() < empty ? 0 : (long)(mean * random.NextDouble() * 2);
            }

            counts[^1] += random.Next(3);
            var every = Enumerable.Range(levels, length - levels + 1)
                .Select(bins => new KlThreshold(bins, new KlDivergence(counts, levels, foldOutliers).Of(bins)));
            var first = every.Where(candidate => double.IsFinite(candidate.Divergence)).MinBy(candidate => candidate.Divergence);
            return KlThreshold.Find(counts, levels, foldOutliers) == (first.Bins == 0 ? new(length, double.PositiveInfinity) : first);
        }).QuickCheckThrowOnFailure();

    private static double ByDefinition(long[] counts, int bins, int levels)
    {
        double[] p = [.. counts.Take(bins).Select(count => (double)count)];
        p[Array.FindLastIndex(p, count => count > 0)] += counts.Skip(bins).Sum();
        double[] q = new double[bins];
        for (int level = 0; level < levels; level++)
        {
            int start = level * bins / levels;
            int end = (level + 1) * bins / levels;
            int filled = Enumerable.Range(start, end - start).Count(i => counts[i] > 0);
            for (int i = start; i < end; i++)
            {
                q[i] = counts[i] > 0 ? (double)counts[start..end].Sum() / filled : 0;
            }
        }

        return Enumerable.Range(0, bins).Where(i => p[i] > 0).Sum(i => p[i] / p.Sum() * Math.Log(p[i] / p.Sum() / (q[i] / q.Sum())));
    }
}
