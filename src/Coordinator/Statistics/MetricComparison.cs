namespace Cluster.Coordinator.Statistics;

/// <summary>Compares drops with FP32 in words.</summary>
public static class MetricComparison
{
    /// <inheritdoc cref="MetricScale.Compare"/>
    /// <param name="drop">An interval of the drop.</param>
    public static string Compare(this MetricScale scale, Interval drop, double estimate) => scale.Compare(drop.Low, drop.High, estimate);

    /// <summary>The same with the paired 95 % interval.</summary>
    public static string Compare(this MetricScale scale, PairedDrop drop) => scale.Compare(drop.DropInterval(0.95), drop.Drop);

    /// <inheritdoc cref="MetricScale.Range"/>
    public static string Range(this MetricScale scale, Interval drop) => scale.Range(drop.Low, drop.High);
}
