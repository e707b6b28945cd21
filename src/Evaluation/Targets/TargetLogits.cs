namespace Cluster.Evaluation.Targets;

/// <summary>Measures accuracy by running the file itself in the target's runtime, so that the user gets the same result.</summary>
internal static class TargetLogits
{
    /// <summary>
    /// The first output for every image, (images, classes). Batches run concurrently, one thread each, in halves if memory runs out.
    /// </summary>
    public static float[] Of(
        ITarget target, ModelFile file, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        using var network = target.Open(file, threads: 1, "candidate");
        BatchLogits.RunBatch run = images.Images.IsOneByOne ? Row : new HalvedBatches(network).Run;
        return BatchLogits.Of(run, images, classes, workers, cancellation);

        // A smaller sample may have fewer outputs, which begin its row.
        void Row(IReadOnlyList<TensorData> inputs, Span<float> logits) =>
            network.RunAll(inputs).First(output => output.Value.Type == ElementType.Float).Value.As<float>().CopyTo(logits);
    }

    /// <summary>Every output for every image, by its name, images outermost; without those that are not one a sample.</summary>
    /// <param name="counted">The shapes that outputs of counted rows are brought to, by name.</param>
    public static IReadOnlyList<(string Name, TensorData Value)> All(
        ITarget target,
        ModelFile file,
        ImageBatches images,
        IReadOnlyDictionary<string, IReadOnlyList<long>> counted,
        int workers,
        CancellationToken cancellation)
    {
        using var network = target.Open(file, threads: 1, "candidate");
        var batches = Batches.Select(images.Count, workers, batch => network.RunAll(images.Inputs(batch)), cancellation);
        return
        [
            .. batches[0].Index()
                .Where(output => output.Item.Value.Shape.Length > 0)
                .Select(output => (
                    output.Item.Name, Value: SampleTurns.Joined([.. batches.Select(batch => batch[output.Index].Value)])))
                .Where(output => output.Value.Shape[0] == images.Images.Count)
                .Select(output => counted.TryGetValue(output.Name, out var sizes)
                    ? output with { Value = SampleTurns.Fitted(output.Value, sizes) }
                    : output),
        ];
    }
}
