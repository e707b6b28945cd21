namespace Cluster.Evaluation.Targets;

/// <summary>Times networks of one target in turn, on one batch.</summary>
internal static class TargetTiming
{
    /// <param name="files">Networks; the first is usually FP32.</param>
    /// <param name="inputs">One for each input of the networks, in order.</param>
    /// <returns>A measurement for each.</returns>
    public static TimedFiles Measure(
        ITarget target,
        IReadOnlyList<ModelFile> files,
        int threads,
        IReadOnlyList<TensorData> inputs,
        SittingOptions options,
        CancellationToken cancellation) =>
        target.Agent?.Time(files, threads, inputs, options, cancellation)
        ?? TimedFiles.Measure(owned => Open(target, files, threads, inputs, owned), options, cancellation);

    private static List<Action> Open(
        ITarget target, IReadOnlyList<ModelFile> files, int threads, IReadOnlyList<TensorData> inputs, Stack<IDisposable> owned)
    {
        var runs = new List<Action>();
        foreach (ModelFile file in files)
        {
            var network = target.Open(file, threads, "candidate");
            owned.Push(network);
            var run = network.Prepare(inputs);
            owned.Push(run);
            runs.Add(run.Run);
        }

        return runs;
    }
}
