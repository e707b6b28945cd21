using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.Targets;

/// <summary>Measures accuracy by running the file itself in the target's runtime, so that the user gets the same result.</summary>
internal static class TargetLogits
{
    /// <summary>
    /// The first output for every image, (images, classes). Batches run concurrently, one thread each, in halves if memory runs out.
    /// </summary>
    public static float[] Of(
        ITarget target, byte[] file, ImageBatches images, int classes, int workers, CancellationToken cancellation) =>
        Of(target, new OriginalFile(file, null), images, classes, workers, cancellation);

    /// <summary>The same of a file that may take one batch only.</summary>
    public static float[] Of(
        ITarget target, OriginalFile file, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        using var network = target.Open(file.Bytes, threads: 1, "candidate");
        return BatchLogits.Of(AnyBatch(file, network), images, classes, workers, cancellation);
    }

    /// <summary>
    /// Runs any number of samples: in halves if memory runs out, or in turns of the file's own batch, of which the last is filled up.
    /// </summary>
    /// <param name="network">The file, opened.</param>
    public static BatchLogits.RunBatch AnyBatch(OriginalFile file, IRuntimeNetwork network) => file.Batch is not { } batch
        ? new HalvedBatches(network).Run
        : (inputs, outputs) =>
        {
            int samples = checked((int)inputs[0].Shape[0]);
            int size = outputs.Length / samples;
            float[] part = new float[batch * size];
            for (int from = 0; from < samples; from += batch)
            {
                network.Run([.. inputs.Select(input => OriginalFile.Part(input, from, batch))], part);
                int count = Math.Min(batch, samples - from);
                part.AsSpan(0, count * size).CopyTo(outputs[(from * size)..]);
            }
        };

    /// <summary>Every output for every image, by its name, images outermost; without those that are not one a sample.</summary>
    public static IReadOnlyList<(string Name, TensorData Value)> All(
        ITarget target, OriginalFile file, ImageBatches images, int workers, CancellationToken cancellation)
    {
        using var network = target.Open(file.Bytes, threads: 1, "candidate");
        var own = images with { BatchSize = file.Batch ?? images.BatchSize };
        var batches = Batches.Select(own.Count, workers, batch => Run(network, file, own, batch), cancellation);
        return
        [
            .. batches[0].Index()
                .Where(output => output.Item.Value.Shape.Length > 0)
                .Select(output => (
                    output.Item.Name, Value: OriginalFile.Joined([.. batches.Select(batch => batch[output.Index].Value)])))
                .Where(output => output.Value.Shape[0] == images.Images.Count),
        ];
    }

    // The last batch of a file that takes no other is filled up.
    private static IReadOnlyList<(string Name, TensorData Value)> Run(
        IRuntimeNetwork network, OriginalFile file, ImageBatches images, int batch)
    {
        var inputs = images.Inputs(batch);
        if (file.Batch is not { } size || images.Size(batch) == size)
        {
            return network.RunAll(inputs);
        }

        return
        [
            .. network.RunAll([.. inputs.Select(input => OriginalFile.Part(input, 0, size))]).Select(output =>
                output.Value.Shape is [var samples, ..] && samples == size
                    ? (output.Name, OriginalFile.Part(output.Value, 0, images.Size(batch)))
                    : output),
        ];
    }
}
