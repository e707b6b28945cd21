using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;

namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>A session on a provider's own device, shared by all runs: each session has its own copy there, or engine.</summary>
internal sealed class OrtDeviceNetwork(byte[] file, OrtSessionOptions options) : IRuntimeNetwork
{
    private readonly OrtSession _session = LargeSession.Open(file, options);

    public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits) => _session.Run(inputs, logits);

    public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => new TimedRun(_session.Bind(inputs));

    public void Dispose() => _session.Dispose();

    // The batch is on the device beforehand; the logits are fetched, which waits for them.
    private sealed class TimedRun(OrtBinding binding) : ITimedRun
    {
        public void Run() => binding.Run();

        public void Dispose() => binding.Dispose();
    }
}
