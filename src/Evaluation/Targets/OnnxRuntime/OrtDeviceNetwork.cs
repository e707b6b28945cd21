namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>A session on a provider's own device, shared by all runs: each session has its own copy there, or engine.</summary>
internal sealed class OrtDeviceNetwork(ModelFile file, OrtSessionOptions options) : IRuntimeNetwork
{
    private readonly OrtSession _session = LargeSession.Open(file, options);

    public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits) => _session.Run(inputs, logits);

    public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs) => _session.RunAll(inputs);

    public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => new OrtTimedRun(_session.Bind(inputs));

    public void Dispose() => _session.Dispose();
}
