namespace Cluster.Evaluation.Targets;

/// <summary>
/// Runs batches in halves if the device has too little memory for the whole: a network fails for memory only if a single sample does not
/// fit. Sizes that failed are not tried again. Thread-safe, like the network.
/// </summary>
/// <param name="network">Takes any number of samples.</param>
internal sealed class HalvedBatches(IRuntimeNetwork network)
{
    private readonly Lock _lock = new();
    private int _most = int.MaxValue;

    /// <summary>As <see cref="IRuntimeNetwork.Run"/>.</summary>
    /// <param name="inputs">One for each input of the network, samples outermost.</param>
    /// <param name="logits">(samples, classes), filled.</param>
    public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits)
    {
        int samples = checked((int)inputs[0].Shape[0]);
        if (samples <= Volatile.Read(ref _most))
        {
            try
            {
                network.Run(inputs, logits);
                return;
            }
            catch (Exception failure) when (samples > 1 && EvaluationFailures.Of(failure) is { Kind: FailureKind.OutOfMemory })
            {
                Refuse(samples);
            }
        }

        int half = samples / 2;
        int split = logits.Length / samples * half;
        Run(Part(inputs, 0, half), logits[..split]);
        Run(Part(inputs, half, samples - half), logits[split..]);
    }

    // Batches run concurrently: the smallest size that any of them needed holds for all.
    private void Refuse(int samples)
    {
        lock (_lock)
        {
            _most = Math.Min(_most, samples - (samples / 2));
        }
    }

    private static TensorData[] Part(IReadOnlyList<TensorData> inputs, int from, int count) =>
        [.. inputs.Select(input => SampleTurns.Part(input, from, count))];
}
