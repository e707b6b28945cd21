namespace Cluster.Kernels.Calibration;

/// <summary>
/// TensorRT's entropy calibration as a function of a histogram of |x|. For i kept bins, P is the first i counts with all later counts added
/// to the last one. Q is the first i counts merged into levels (level l = bins l*i/levels to (l+1)*i/levels), with each level's count
/// spread evenly over its non-empty bins. The i with the least KL(P || Q) wins; of equal ones, the first.
/// </summary>
/// <param name="Bins">i, the bins kept.</param>
/// <param name="Divergence">In nats.</param>
internal readonly record struct KlThreshold(int Bins, double Divergence)
{
    // Candidates that are tried first, spread over all: the best of them rules out most of the others.
    private const int Scouts = 32;

    /// <summary>Searches i = levels..counts.Length. A histogram with fewer bins than levels is kept whole.</summary>
    /// <param name="foldOutliers">False: as published, P gets the outliers even in an empty bin, where Q is 0 and the divergence infinite.
    /// Such candidates are skipped, so one far outlier prevents all clipping. True: an empty last bin passes them on to the last non-empty
    /// bin.</param>
    public static KlThreshold Find(ReadOnlySpan<long> counts, int levels, bool foldOutliers)
    {
        var divergence = new KlDivergence(counts, levels, foldOutliers);
        double limit = double.PositiveInfinity;
        for (int scout = 0; scout < Scouts && levels <= counts.Length; scout++)
        {
            int bins = levels + (int)((long)(counts.Length - levels) * scout / (Scouts - 1));
            limit = Math.Min(limit, divergence.Of(bins));
        }

        var best = new KlThreshold(counts.Length, double.PositiveInfinity);
        for (int bins = levels; bins <= counts.Length; bins++)
        {
            if (divergence.Exceeds(limit, bins))
            {
                continue;
            }

            double candidate = divergence.Of(bins);
            if (candidate < best.Divergence)
            {
                best = new KlThreshold(bins, candidate);
                limit = Math.Min(limit, candidate);
            }
        }

        return best;
    }
}
