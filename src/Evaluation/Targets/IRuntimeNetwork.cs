namespace Cluster.Evaluation.Targets;

/// <summary>A network opened in a target's runtime.</summary>
internal interface IRuntimeNetwork : IDisposable
{
    /// <summary>Runs a batch. Thread-safe.</summary>
    /// <param name="inputs">One for each input of the network, in order.</param>
    /// <param name="logits">The first output, (batch, classes).</param>
    void Run(IReadOnlyList<TensorData> inputs, Span<float> logits);

    /// <summary>Runs a batch and returns every output with its name, in their order. Thread-safe.</summary>
    /// <param name="inputs">One for each input of the network, in order.</param>
    IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs);

    /// <summary>Prepares repeated timed runs of one batch; the preparation is not timed.</summary>
    ITimedRun Prepare(IReadOnlyList<TensorData> inputs);
}

/// <summary>A batch that is ready to run. Not thread-safe.</summary>
internal interface ITimedRun : IDisposable
{
    /// <summary>Runs it; returns when the logits are available.</summary>
    void Run();
}
