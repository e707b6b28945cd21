namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>A session of ONNX Runtime.</summary>
internal sealed class OrtNetwork(ModelFile file, int threads) : IRuntimeNetwork
{
    // Threads of concurrent batches must not spin on each other's cores.
    private readonly Lazy<OrtSession> _many = new(
        () => LargeSession.Open(file, new OrtSessionOptions { Threads = threads, AllowSpinning = false }));

    private readonly Lazy<OrtSession> _timed = new(() => LargeSession.Open(file, new OrtSessionOptions { Threads = threads }));

    public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits) => _many.Value.Run(inputs, logits);

    public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs) => _many.Value.RunAll(inputs);

    public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => new OrtTimedRun(_timed.Value.Bind(inputs));

    public void Dispose()
    {
        foreach (var session in new[] { _many, _timed }.Where(session => session.IsValueCreated))
        {
            session.Value.Dispose();
        }
    }
}

/// <summary>Runs of a batch that is on the session's device beforehand; the logits are fetched, which waits for them.</summary>
internal sealed class OrtTimedRun(OrtBinding binding) : ITimedRun
{
    public void Run() => binding.Run();

    public void Dispose() => binding.Dispose();
}

/// <summary>Opens sessions for whole batches.</summary>
internal static class LargeSession
{
    /// <summary>
    /// Opens one. Its own tensors will need about as much memory as those that libtorch freed, so that memory is returned first.
    /// </summary>
    public static OrtSession Open(ModelFile file, OrtSessionOptions options)
    {
        TorchSettings.ReleaseFreedMemory();
        return OrtSession.Open(file, options);
    }
}
