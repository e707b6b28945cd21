namespace Cluster.Coordinator.Statistics;

/// <summary>The share of samples that keep a signal-to-noise ratio each by itself.</summary>
internal static class SampleShares
{
    // Below this share of the mean power a sample holds rounding alone.
    private const double LeastPower = 1e-9;

    /// <summary>The share within a bound, 0 to 1; a sample that holds rounding alone is.</summary>
    /// <param name="losses">Noise of each sample over the mean power of all, as <see cref="Work.SampleLosses"/>.</param>
    /// <param name="powers">FP32's power of each of the same samples over that mean.</param>
    /// <param name="most">The most noise over signal.</param>
    public static double Within(byte[] losses, byte[] powers, double most) => Work.SampleLosses.Values(losses)
        .Zip(Work.SampleLosses.Values(powers), (loss, power) => power <= LeastPower || loss <= most * power ? 1 : 0)
        .Average();
}
