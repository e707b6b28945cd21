namespace Cluster.Kernels.Calibration;

/// <summary>
/// PaddleSlim's EMD loss |mean x - mean x^| + |std x - std x^| over the factors 1.00, 0.98, ... 0.30 of the range, both ends together; of
/// equal losses the larger factor wins.
/// </summary>
internal static class EarthMoverRange
{
    private const int LargestPercent = 100;
    private const int SmallestPercent = 30;
    private const int Step = 2;

    public static CalibrationRange Find(CalibrationView view, CalibrationRange limits, int levels)
    {
        var error = new QuantizationError(view);
        (double mean, double square) = error.Moments();
        double deviation = Deviation(mean, square);
        var best = limits;
        double least = double.PositiveInfinity;
        for (int percent = LargestPercent; percent >= SmallestPercent; percent -= Step)
        {
            var range = new CalibrationRange(limits.Low * percent / LargestPercent, limits.High * percent / LargestPercent);
            (double quantizedMean, double quantizedSquare) = error.QuantizedMoments(
                QuantizationParameters.FromRange(range.Low, range.High, 0, levels - 1));
            double loss = Math.Abs(mean - quantizedMean) + Math.Abs(deviation - Deviation(quantizedMean, quantizedSquare));
            if (loss < least)
            {
                least = loss;
                best = range;
            }
        }

        return best;
    }

    private static double Deviation(double mean, double square) => Math.Sqrt(Math.Max(square - (mean * mean), 0));
}
