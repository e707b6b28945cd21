using System.Numerics.Tensors;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// TensorRT's entropy calibration as a function of a histogram of |x|. For i kept bins, P is the first i counts with
/// all beyond added to the last one, Q the first i counts merged into levels (level l = bins l*i/levels to
/// (l+1)*i/levels) and each level's count spread evenly over its bins that are not empty; the i with the least KL(P ||
/// Q) wins, the first of equal ones.
/// </summary>
/// <param name="Bins">i, the bins kept.</param>
/// <param name="Divergence">In nats.</param>
internal readonly record struct KlThreshold(int Bins, double Divergence)
{
    /// <summary>Searches i = levels..counts.Length. Fewer bins than levels are all kept.</summary>
    /// <param name="foldOutliers"> False: as published, P gets the outliers even in an empty bin, where Q is 0 and the
    /// divergence infinite; such candidates are skipped, so that one far outlier forbids all clipping. True: an empty
    /// last bin passes them on to the last bin that is not empty.
    /// </param>
    public static KlThreshold Find(ReadOnlySpan<long> counts, int levels, bool foldOutliers)
    {
        var prefix = new Prefix(counts);
        var best = new KlThreshold(counts.Length, double.PositiveInfinity);
        for (int bins = levels; bins <= counts.Length; bins++)
        {
            double divergence = prefix.Divergence(counts, bins, levels, foldOutliers);
            if (divergence < best.Divergence)
            {
                best = new KlThreshold(bins, divergence);
            }
        }

        return best;
    }

    /// <summary>KL(P || Q) in nats of one candidate; infinite as described at <see cref="Find"/>.</summary>
    public static double DivergenceOf(ReadOnlySpan<long> counts, int bins, int levels, bool foldOutliers = false) =>
        new Prefix(counts).Divergence(counts, bins, levels, foldOutliers);

    // With running sums of counts, non-empty bins and c ln c a candidate costs one logarithm a level instead of one a
    // bin: KL = (sum P ln P - sum P ln Q) / sum P - ln sum P + ln sum Q, and Q is constant within a level. All logarithms of whole
    // vectors, those of counts too: what should cancel does.
    private sealed class Prefix
    {
        private readonly long[] _counts;
        private readonly int[] _filled;
        private readonly double[] _entropy;
        private double[] _mass = [];
        private double[] _logarithms = [];

        public Prefix(ReadOnlySpan<long> counts)
        {
            _counts = new long[counts.Length + 1];
            _filled = new int[counts.Length + 1];
            _entropy = new double[counts.Length + 1];
            double[] logarithms = new double[counts.Length];
            TensorPrimitives.ConvertTruncating(counts, logarithms);
            TensorPrimitives.Log(logarithms, logarithms);
            for (int i = 0; i < counts.Length; i++)
            {
                _counts[i + 1] = _counts[i] + counts[i];
                _filled[i + 1] = _filled[i] + (counts[i] > 0 ? 1 : 0);
                _entropy[i + 1] = _entropy[i] + (counts[i] == 0 ? 0 : counts[i] * logarithms[i]);
            }
        }

        public double Divergence(ReadOnlySpan<long> counts, int bins, int levels, bool foldOutliers)
        {
            long total = _counts[^1];
            long kept = _counts[bins];
            if (kept == 0)
            {
                return total == 0 ? 0 : double.PositiveInfinity;
            }

            long outliers = total - kept;
            int last = bins - 1;
            if (outliers > 0 && counts[last] == 0)
            {
                if (!foldOutliers)
                {
                    return double.PositiveInfinity;
                }

                last = counts[..bins].LastIndexOfAnyExcept(0L);
            }

            double sum = _entropy[bins] + TimesLog(counts[last] + outliers, counts[last] + outliers) - TimesLog(counts[last], counts[last]);
            Levels(bins, levels);
            for (int level = 0; level < levels; level++)
            {
                sum -= _mass[level] * _logarithms[level];
            }

            // The outliers are in the level of the last bin, which need not be the last level.
            int lastLevel = (int)((((long)(last + 1) * levels) - 1) / bins);
            sum -= outliers * _logarithms[lastLevel];
            return Math.Max((sum / total) - Math.Log(total) + Math.Log(kept), 0);
        }

        // The count of each level and the logarithm of its mean over bins that are not empty; 0 and 0 where there are none.
        private void Levels(int bins, int levels)
        {
            if (_mass.Length < levels)
            {
                _mass = new double[levels];
                _logarithms = new double[levels];
            }

            (int width, int rest) = Math.DivRem(bins, levels);
            int start = 0;
            int carried = 0;
            for (int level = 0; level < levels; level++)
            {
                // (level + 1) * bins / levels without a division.
                int end = start + width;
                carried += rest;
                if (carried >= levels)
                {
                    carried -= levels;
                    end++;
                }

                double inLevel = _counts[end] - _counts[start];
                _mass[level] = inLevel;
                _logarithms[level] = inLevel == 0 ? 1 : inLevel / (_filled[end] - _filled[start]);
                start = end;
            }

            var means = _logarithms.AsSpan(0, levels);
            TensorPrimitives.Log(means, means);
        }

        private static double TimesLog(long factor, long argument) => factor == 0 ? 0 : factor * Math.Log(argument);
    }
}
