using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes.Timing;

namespace Cluster.Evaluation.Targets;

/// <summary>Times networks of one target in turn, on one batch.</summary>
internal static class TargetTiming
{
    /// <param name="files">Networks; the first is usually FP32.</param>
    /// <param name="inputs">One for each input of the networks, in order.</param>
    /// <returns>A measurement for each.</returns>
    public static IReadOnlyList<LatencyMeasurement> Measure(
        ITarget target,
        IReadOnlyList<byte[]> files,
        int threads,
        IReadOnlyList<TensorData> inputs,
        LatencyOptions options,
        CancellationToken cancellation)
    {
        var owned = new Stack<IDisposable>();
        try
        {
            var runs = new List<Action>();
            foreach (byte[] file in files)
            {
                var network = target.Open(file, threads, "candidate");
                owned.Push(network);
                var run = network.Prepare(inputs);
                owned.Push(run);
                runs.Add(run.Run);
            }

            return LatencyMeter.Measure(runs, options, TimeProvider.System, cancellation);
        }
        finally
        {
            while (owned.TryPop(out var last))
            {
                last.Dispose();
            }
        }
    }
}
