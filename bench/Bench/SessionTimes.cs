using System.Globalization;
using Cluster.Networks.Graphs;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;

namespace Cluster.Bench;

/// <summary>Times sessions in turn on the same inputs, of which each gets its own copy.</summary>
internal static class SessionTimes
{
    /// <summary>Cells of a table: each median with its IQR, ms.</summary>
    public static string Cells(IEnumerable<LatencyMeasurement> times) => string.Join(" | ", times.Select(time => string.Create(
        CultureInfo.InvariantCulture, $"{time.Summary.MedianMs:G4} ({time.Summary.IqrMs:G2})")));

    public static IReadOnlyList<LatencyMeasurement> Measure(
        IReadOnlyList<OrtSession> sessions, IReadOnlyList<TensorData> inputs, LatencyOptions options, CancellationToken cancellation)
    {
        List<OrtBinding> bindings = [];
        try
        {
            bindings.AddRange(sessions.Select(session => session.Bind(inputs)));
            return LatencyMeter.Measure(
                [.. bindings.Select(binding => (Action)binding.Run)], options, TimeProvider.System, cancellation);
        }
        finally
        {
            bindings.ForEach(binding => binding.Dispose());
        }
    }
}
