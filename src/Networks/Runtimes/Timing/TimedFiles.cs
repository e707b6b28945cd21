namespace Cluster.Networks.Runtimes.Timing;

/// <summary>Networks timed in turn.</summary>
/// <param name="Sittings">One for each, in order.</param>
/// <param name="OtherCores">Cores that other processes kept busy meanwhile; null: not known.</param>
public sealed record TimedFiles(IReadOnlyList<SittingLatency> Sittings, double? OtherCores)
{
    /// <summary>Times them on this machine.</summary>
    /// <inheritdoc cref="LatencySittings.Measure"/>
    public static TimedFiles Measure(
        Func<Stack<IDisposable>, IReadOnlyList<Action>> open, SittingOptions options, CancellationToken cancellation)
    {
        var load = OtherLoad.Begin();
        return new TimedFiles(LatencySittings.Measure(open, options, TimeProvider.System, cancellation), load.Cores());
    }
}
