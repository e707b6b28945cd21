using Cluster.Kernels.Calibration;

namespace Cluster.Reproductions.Vitis;

/// <summary>
/// PyTorch's HistogramObserver (torch.ao, before its rewrite of 2024): 2048 bins that are stretched and moved as the range grows, and
/// a search for the part of them whose 256 levels have the least error.
/// </summary>
/// <param name="countsAll">
/// False for what PyTorch did from 2020 to the end of 2022, when this text's figures were made: the ends of a batch's histogram were cut
/// to whole numbers, and values beyond them were not counted (issue 83672 of pytorch/pytorch).
/// </param>
internal sealed class HistogramObserver(bool countsAll)
{
    private const int Bins = 2048;
    private const int Upsampling = 128;

    private double[]? _counts;
    private double _low;
    private double _high;

    /// <summary>Takes a batch.</summary>
    public void Add(IReadOnlyList<float> values)
    {
        double low = values.Min();
        double high = values.Max();
        if (_counts is not { } before)
        {
            (_low, _high) = (low, high);
            _counts = Counted(values, low, high);
            return;
        }

        low = Math.Min(low, _low);
        high = Math.Max(high, _high);

        // The new bins are whole multiples of a 128th of the old ones; what that is too much is added to the high end.
        double fine = (_high - _low) / (Bins * Upsampling);
        int merged = (int)Math.Ceiling((high - low) / (Bins * fine));
        int start = (int)Math.Round((_low - low) / fine);
        high += (merged * Bins * fine) - (high - low);
        double[] counts = Counted(values, low, high);
        for (int i = 0; i < Bins * Upsampling; i++)
        {
            counts[(start + i) / merged] += before[i / Upsampling] / Upsampling;
        }

        (_counts, _low, _high) = (counts, low, high);
    }

    /// <summary>The range that is kept, and the bins at its ends.</summary>
    /// <exception cref="InvalidOperationException">Nothing was observed.</exception>
    public HistogramChoice Choose()
    {
        double[] counts = _counts ?? throw new InvalidOperationException("The observer has seen no values.");
        double width = (_high - _low) / Bins;
        var (start, end, error) = HistogramSearch.Least(counts, width, levels: 256);
        return new HistogramChoice(_low + (width * start), _low + (width * (end + 1)), start, end, error);
    }

    private double[] Counted(IReadOnlyList<float> values, double low, double high)
    {
        double[] counts = new double[Bins];
        if (!countsAll)
        {
            (low, high) = (Math.Truncate(low), Math.Truncate(high));
        }

        foreach (float value in values)
        {
            if (value >= low && value <= high)
            {
                counts[Math.Min(Bins - 1, (int)((value - low) / (high - low) * Bins))]++;
            }
        }

        return counts;
    }
}

/// <summary>What the search kept.</summary>
/// <param name="Low">Of the range.</param>
/// <param name="High">Of the range.</param>
/// <param name="Start">First bin.</param>
/// <param name="End">Last bin.</param>
/// <param name="Error">Squared error of all values, each spread evenly over its bin.</param>
internal readonly record struct HistogramChoice(double Low, double High, int Start, int End, double Error);
