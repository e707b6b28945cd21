namespace Cluster.Evaluation.Targets;

/// <summary>A network that is open in a target's runtime.</summary>
internal interface IRuntimeNetwork : IDisposable
{
    /// <summary>Runs a batch. Thread-safe.</summary>
    /// <param name="input">(batch, C, H, W), row-major.</param>
    /// <param name="logits">(batch, classes).</param>
    void Run(ReadOnlySpan<float> input, long[] shape, Span<float> logits);

    /// <summary>Prepares repeated runs of one batch, which are timed; what is made here is not.</summary>
    ITimedRun Prepare(ReadOnlySpan<float> input, long[] shape);
}

/// <summary>A batch that is ready to run. Not thread-safe.</summary>
internal interface ITimedRun : IDisposable
{
    /// <summary>Runs it; returns when the logits are there.</summary>
    void Run();
}
