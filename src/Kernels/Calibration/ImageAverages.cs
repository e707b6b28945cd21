namespace Cluster.Kernels.Calibration;

/// <summary>Ranges averaged over images rather than batches, so that the batch size does not matter.</summary>
internal static class ImageAverages
{
    public static CalibrationRange Moving(CalibrationView view, double weight) =>
        new(Moving(view.ImageMinima, weight), Moving(view.ImageMaxima, weight));

    public static CalibrationRange Mean(CalibrationView view) => new(Mean(view.ImageMinima), Mean(view.ImageMaxima));

    private static float Moving(float[] values, double weight)
    {
        double average = values[0];
        foreach (float value in values.AsSpan(1))
        {
            average += weight * (value - average);
        }

        return (float)average;
    }

    private static float Mean(float[] values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return (float)(sum / values.Length);
    }
}
