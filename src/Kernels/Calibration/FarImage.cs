namespace Cluster.Kernels.Calibration;

/// <summary>
/// A calibration image with values far beyond all others', as a wrong unit, a missing normalisation or a broken sensor gives: a range that
/// holds it leaves the others hardly a code, and it alone decides every mean.
/// </summary>
/// <param name="Image">Its number within the calibration set.</param>
/// <param name="Tensor">The first tensor in which it is far.</param>
/// <param name="Magnitude">Its largest magnitude there.</param>
/// <param name="Times">By how much that exceeds the median of the images' largest magnitudes.</param>
public sealed record FarImage(int Image, string Tensor, float Magnitude, double Times)
{
    // Beyond the median, and beyond the largest of the images that are not far: values with a long tail leave no such gap.
    private const double LeastTimes = 100;
    private const double LeastGap = 10;

    // Below this many there is no telling what is usual; more than one in so many are no exceptions.
    private const int LeastImages = 4;
    private const int OneIn = 16;

    /// <summary>The far images, by number.</summary>
    /// <param name="order">The tensors in the order in which they are computed; those that were not observed are passed over.</param>
    internal static IReadOnlyList<FarImage> Among(CalibrationStatistics statistics, IEnumerable<string> order)
    {
        var far = new SortedDictionary<int, FarImage>();
        foreach (string tensor in order)
        {
            if (statistics.TryGet(tensor, out var histogram))
            {
                foreach (var image in Among(histogram, [.. far.Keys]))
                {
                    far.TryAdd(image.Image, image);
                }
            }
        }

        return [.. far.Values];
    }

    private static IEnumerable<FarImage> Among(ActivationHistogram histogram, HashSet<int> known)
    {
        var minima = histogram.ImageMinima.ToArray();
        var magnitudes = histogram.ImageMaxima.ToArray()
            .Select((maximum, image) => (Image: image, Value: Math.Max(maximum, -minima[image])))
            .Where(image => !float.IsNaN(image.Value) && !known.Contains(image.Image))
            .OrderBy(image => image.Value)
            .ToArray();
        if (magnitudes.Length < LeastImages || magnitudes[magnitudes.Length / 2].Value is var median && median <= 0)
        {
            return [];
        }

        int first = Array.FindIndex(magnitudes, image => image.Value > LeastTimes * median);
        return first >= magnitudes.Length - Math.Max(1, magnitudes.Length / OneIn)
            && magnitudes[first].Value > LeastGap * magnitudes[first - 1].Value
            ? magnitudes[first..].Select(image => new FarImage(image.Image, histogram.Name, image.Value, (double)image.Value / median))
            : [];
    }
}
