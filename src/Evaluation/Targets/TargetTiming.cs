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
        using var opened = new OpenedNetworks();
        foreach (byte[] file in files)
        {
            opened.Add(target.Open(file, threads, "candidate"), inputs);
        }

        return opened.Measure(options, TimeProvider.System, cancellation);
    }

    private sealed class OpenedNetworks : IDisposable
    {
        private readonly Stack<IDisposable> _owned = new();
        private readonly List<ITimedRun> _runs = [];

        public IReadOnlyList<LatencyMeasurement> Measure(LatencyOptions options, TimeProvider clock, CancellationToken cancellation) =>
            LatencyMeter.Measure([.. _runs.Select(run => (Action)run.Run)], options, clock, cancellation);

        public void Add(IRuntimeNetwork network, IReadOnlyList<TensorData> inputs)
        {
            _owned.Push(network);
            var run = network.Prepare(inputs);
            _owned.Push(run);
            _runs.Add(run);
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
