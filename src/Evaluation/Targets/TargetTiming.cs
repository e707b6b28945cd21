using Cluster.Kernels.Runtimes.Timing;

namespace Cluster.Evaluation.Targets;

/// <summary>Networks of one target timed in turn, on one batch.</summary>
internal static class TargetTiming
{
    /// <param name="files">Networks; the first is as a rule FP32.</param>
    /// <param name="input">(batch, C, H, W), row-major.</param>
    /// <returns>A measurement for each.</returns>
    public static IReadOnlyList<LatencyMeasurement> Measure(
        ITarget target,
        IReadOnlyList<byte[]> files,
        int threads,
        float[] input,
        long[] shape,
        LatencyOptions options,
        CancellationToken cancellation)
    {
        using var opened = new OpenedNetworks();
        foreach (byte[] file in files)
        {
            opened.Add(target.Open(file, threads, "candidate"), input, shape);
        }

        return LatencyMeter.Measure(opened.Runs, options, TimeProvider.System, cancellation);
    }

    private sealed class OpenedNetworks : IDisposable
    {
        private readonly Stack<IDisposable> _owned = new();
        private readonly List<Action> _runs = [];

        public IReadOnlyList<Action> Runs => _runs;

        public void Add(IRuntimeNetwork network, float[] input, long[] shape)
        {
            _owned.Push(network);
            var run = network.Prepare(input, shape);
            _owned.Push(run);
            _runs.Add(run.Run);
        }

        public void Dispose()
        {
            while (_owned.TryPop(out var owned))
            {
                owned.Dispose();
            }
        }
    }
}
