namespace Cluster.Kernels.Tests.Calibration;

/// <summary>Histograms of given values.</summary>
internal static class Histograms
{
    public static ActivationHistogram Of(params float[][] images)
    {
        var histogram = new ActivationHistogram("tensor");
        foreach (float[] image in images)
        {
            histogram.Add(image);
        }

        return histogram;
    }
}
