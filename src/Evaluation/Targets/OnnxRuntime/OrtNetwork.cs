using Cluster.Kernels.Runtimes;

namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>A session of ONNX Runtime.</summary>
internal sealed class OrtNetwork(byte[] file, int threads) : IRuntimeNetwork
{
    // Threads of batches that run side by side are not to spin for each other's cores.
    private readonly Lazy<OrtSession> _many = new(
        () => LargeSession.Open(file, new OrtSessionOptions { Threads = threads, AllowSpinning = false }));

    private readonly Lazy<OrtSession> _timed = new(() => LargeSession.Open(file, new OrtSessionOptions { Threads = threads }));

    public void Run(ReadOnlySpan<float> input, long[] shape, Span<float> logits) => _many.Value.Run(input, shape, logits);

    public ITimedRun Prepare(ReadOnlySpan<float> input, long[] shape) => new TimedRun(_timed.Value.Bind(shape), input);

    public void Dispose()
    {
        foreach (var session in new[] { _many, _timed }.Where(session => session.IsValueCreated))
        {
            session.Value.Dispose();
        }
    }

    private sealed class TimedRun : ITimedRun
    {
        private readonly OrtBinding _binding;

        public TimedRun(OrtBinding binding, ReadOnlySpan<float> input)
        {
            _binding = binding;
            input.CopyTo(binding.Input);
        }

        public void Run() => _binding.Run();

        public void Dispose() => _binding.Dispose();
    }
}
