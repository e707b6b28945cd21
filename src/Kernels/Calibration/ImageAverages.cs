namespace Cluster.Kernels.Calibration;

/// <summary>Ranges averaged over images rather than batches, so that the batch size does not matter.</summary>
internal static class ImageAverages
{
    public static CalibrationRange Moving(CalibrationView view, double weight) =>
        new(Moving(view.ImageMinima, weight), Moving(view.ImageMaxima, weight));

    public static CalibrationRange Mean(CalibrationView view) => new(Mean(view.ImageMinima), Mean(view.ImageMaxima));

    /// <summary>PaddleSlim's average: older images lose weight as in a moving average, and the first gets no extra weight.</summary>
    /// <param name="rate">The factor by which each later image reduces an image's weight, above 0 and up to 1.</param>
    public static CalibrationRange MovingMagnitude(CalibrationView view, double rate)
    {
        double state = 0;
        double sum = 0;
        foreach (var (minimum, maximum) in view.ImageMinima.Zip(view.ImageMaxima))
        {
            state = (rate * state) + 1;
            sum = (rate * sum) + Math.Max(maximum, -minimum);
        }

        float threshold = (float)(sum / state);
        return new CalibrationRange(-threshold, threshold);
    }

    private static float Moving(float[] values, double weight)
    {
        double average = values[0];
        foreach (float value in values.AsSpan(1))
        {
            average += weight * (value - average);
        }

        return (float)average;
    }

    private static float Mean(float[] values) => (float)values.Average(value => (double)value);
}
