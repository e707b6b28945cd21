using System.Numerics.Tensors;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// KL(P || Q) of <see cref="KlThreshold"/>'s candidates, in nats. With running sums of counts, non-empty bins and c ln c, a candidate costs
/// one logarithm per level instead of one per bin: KL = (sum P ln P - sum P ln Q) / sum P - ln sum P + ln sum Q, and Q is constant within a
/// level. All logarithms, those of counts too, are computed over whole vectors, so that equal terms cancel exactly.
/// </summary>
internal sealed class KlDivergence
{
    // Levels to process between two checks of whether a candidate can still win.
    private const int Chunk = 16;

    // The sums are large numbers of nearly equal size: how much rounding may add to a bound, as a share of all values.
    private const double Doubt = 1e-9;

    private readonly int _levels;
    private readonly bool _foldOutliers;
    private readonly long[] _counts;
    private readonly int[] _filled;
    private readonly double[] _entropy;

    // For each number of kept bins, the last of them with a value, or -1.
    private readonly int[] _last;
    private readonly double[] _mass;
    private readonly double[] _logarithms;

    /// <param name="counts">A histogram of |x|.</param>
    public KlDivergence(ReadOnlySpan<long> counts, int levels, bool foldOutliers)
    {
        (_levels, _foldOutliers) = (levels, foldOutliers);
        _counts = new long[counts.Length + 1];
        _filled = new int[counts.Length + 1];
        _entropy = new double[counts.Length + 1];
        _last = new int[counts.Length + 1];
        _last[0] = -1;
        (_mass, _logarithms) = (new double[levels], new double[levels]);
        double[] logarithms = new double[counts.Length];
        TensorPrimitives.ConvertTruncating(counts, logarithms);
        TensorPrimitives.Log(logarithms, logarithms);
        for (int i = 0; i < counts.Length; i++)
        {
            _counts[i + 1] = _counts[i] + counts[i];
            _filled[i + 1] = _filled[i] + (counts[i] > 0 ? 1 : 0);
            _entropy[i + 1] = _entropy[i] + (counts[i] == 0 ? 0 : counts[i] * logarithms[i]);
            _last[i + 1] = counts[i] > 0 ? i : _last[i];
        }
    }

    /// <summary>The divergence with the first bins kept; infinite as described at <see cref="KlThreshold.Find"/>.</summary>
    public double Of(int bins)
    {
        long total = _counts[^1];
        long kept = _counts[bins];
        if (kept == 0)
        {
            return total == 0 ? 0 : double.PositiveInfinity;
        }

        if (LastOf(bins) is not { } last)
        {
            return double.PositiveInfinity;
        }

        long outliers = total - kept;
        long inLast = _counts[last + 1] - _counts[last];
        double sum = _entropy[bins] + TimesLog(inLast + outliers) - TimesLog(inLast);
        var levels = new KlLevels(bins, _levels);
        Fill(ref levels, _levels);
        for (int level = 0; level < _levels; level++)
        {
            sum -= _mass[level] * _logarithms[level];
        }

        // The outliers are in the level of the last non-empty bin, which need not be the last level.
        sum -= outliers * _logarithms[KlLevels.Of(last, bins, _levels)];
        return Math.Max((sum / total) - Math.Log(total) + Math.Log(kept), 0);
    }

    /// <summary>
    /// True only if <see cref="Of"/> is more than <paramref name="limit"/>; usually much cheaper. Each level adds how far its counts
    /// diverge from even ones, never less than 0, so the outliers' term and some of the levels give a lower bound.
    /// </summary>
    public bool Exceeds(double limit, int bins)
    {
        long total = _counts[^1];
        long kept = _counts[bins];
        if (kept == 0 || !double.IsFinite(limit) || LastOf(bins) is not { } last)
        {
            return false;
        }

        double bound = -total * (limit + Doubt);
        long outliers = total - kept;
        if (outliers > 0)
        {
            (int from, int to) = KlLevels.Bounds(KlLevels.Of(last, bins, _levels), bins, _levels);
            double mean = (double)(_counts[to] - _counts[from]) / (_filled[to] - _filled[from]);
            long inLast = _counts[last + 1] - _counts[last];
            bound += TimesLog(inLast + outliers) - TimesLog(inLast) - (outliers * Math.Log(mean));
            bound += total * Math.Log((double)kept / total);
        }

        var levels = new KlLevels(bins, _levels);
        while (bound <= 0 && levels.Next < _levels)
        {
            int first = levels.Next;
            int start = levels.Start;
            Fill(ref levels, Math.Min(first + Chunk, _levels));
            bound += _entropy[levels.Start] - _entropy[start]
                - TensorPrimitives.Dot(_mass.AsSpan(first, levels.Next - first), _logarithms.AsSpan(first, levels.Next - first));
        }

        return bound > 0;
    }

    // The bin that gets the outliers, if there are any; null if it would be empty.
    private int? LastOf(int bins) =>
        _counts[bins] == _counts[^1] || _last[bins] == bins - 1 ? bins - 1 : _foldOutliers ? _last[bins] : null;

    // For each level up to a given bin, its count and the logarithm of its mean over non-empty bins; 0 and 0 for empty levels.
    private void Fill(ref KlLevels levels, int end)
    {
        int first = levels.Next;
        while (levels.Next < end)
        {
            int level = levels.Next;
            (int from, int to) = levels.Take();
            double mass = _counts[to] - _counts[from];
            _mass[level] = mass;
            _logarithms[level] = mass == 0 ? 1 : mass / (_filled[to] - _filled[from]);
        }

        var means = _logarithms.AsSpan(first, end - first);
        TensorPrimitives.Log(means, means);
    }

    private static double TimesLog(long count) => count == 0 ? 0 : count * Math.Log(count);
}

/// <summary>
/// Walks the levels into which the first bins of a histogram are merged: level l is bins l*bins/levels to (l+1)*bins/levels.
/// </summary>
internal struct KlLevels(int bins, int levels)
{
    private readonly int _width = bins / levels;
    private readonly int _rest = bins % levels;
    private int _carried;

    /// <summary>The level that the next <see cref="Take"/> returns.</summary>
    public int Next { get; private set; }

    /// <summary>The first bin of the next level.</summary>
    public int Start { get; private set; }

    /// <summary>The level that contains a bin.</summary>
    public static int Of(int bin, int bins, int levels) => (int)((((long)(bin + 1) * levels) - 1) / bins);

    /// <summary>A level's first bin and the bin after its last.</summary>
    public static (int From, int To) Bounds(int level, int bins, int levels) =>
        ((int)((long)level * bins / levels), (int)((long)(level + 1) * bins / levels));

    /// <summary>The next level's first bin and the bin after its last, without a division.</summary>
    public (int From, int To) Take()
    {
        int from = Start;
        Start += _width;
        _carried += _rest;
        if (_carried >= levels)
        {
            _carried -= levels;
            Start++;
        }

        Next++;
        return (from, Start);
    }
}
