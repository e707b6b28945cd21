namespace Cluster.Kernels.Calibration;

/// <summary>
/// Narrows a histogram from its ends as PyTorch's observer does (torch.ao, HistogramObserver._non_linear_param_search): each time the end
/// moves at which more bins hold the next hundred thousandth of the values, until the squared error of quantization grows.
/// </summary>
internal static class HistogramSearch
{
    private const double Step = 1e-5;

    /// <summary>First and last bin that are kept, and their error.</summary>
    /// <param name="width">Of a bin, above 0.</param>
    /// <param name="levels">Number of codes.</param>
    public static (int Start, int End, double Error) Least(double[] counts, double width, int levels)
    {
        double[] sums = [.. Sums(counts)];
        double total = sums[^1];
        var (start, end, least) = (0, counts.Length - 1, double.PositiveInfinity);
        for (var (low, high) = (0.0, 1.0); low < high;)
        {
            int left = start;
            int right = end;
            while (left < end && sums[left] < (low + Step) * total)
            {
                left++;
            }

            while (right > start && sums[right] > (high - Step) * total)
            {
                right--;
            }

            bool movesStart = left - start > end - right;
            low += movesStart ? Step : 0;
            high -= movesStart ? 0 : Step;
            var (nextStart, nextEnd) = movesStart ? (left, end) : (start, right);
            if (nextStart == start && nextEnd == end)
            {
                continue;
            }

            double error = Error(counts, width, nextStart, nextEnd, levels);
            if (error > least)
            {
                break;
            }

            (start, end, least) = (nextStart, nextEnd, error);
        }

        return (start, end, least);
    }

    // Of a bin's even density against the centre of the level below it: the level of its beginning, of its end, and whole ones between.
    private static double Error(double[] counts, double width, int start, int end, int levels)
    {
        double level = width * (end - start + 1) / levels;
        double sum = 0;
        for (int bin = 0; bin < counts.Length; bin++)
        {
            double begins = (bin - start) * width;
            double ends = begins + width;
            double first = Math.Clamp(Math.Floor(begins / level), 0, levels - 1);
            double last = Math.Clamp(Math.Floor(ends / level), 0, levels - 1);
            sum += counts[bin] / width
                * (Squares(begins - ((first + 0.5) * level), level / 2)
                    + ((last - first - 1) * Squares(-level / 2, level / 2))
                    + Squares(-level / 2, ends - ((last + 0.5) * level)));
        }

        return sum;
    }

    // The integral of x^2.
    private static double Squares(double from, double to) => ((to * to * to) - (from * from * from)) / 3;

    private static IEnumerable<double> Sums(double[] counts)
    {
        double sum = 0;
        foreach (double count in counts)
        {
            yield return sum += count;
        }
    }
}
