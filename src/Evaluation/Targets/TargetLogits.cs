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
        ITarget target, byte[] file, ImageBatches images, int classes, int workers, CancellationToken cancellation)
    {
        using var network = target.Open(file, threads: 1, "candidate");
        return BatchLogits.Of(new HalvedBatches(network).Run, images, classes, workers, cancellation);
    }

    /// <summary>Every output for every image, by its name, images outermost; without those that are not one a sample.</summary>
    public static IReadOnlyList<(string Name, TensorData Value)> All(
        ITarget target, byte[] file, ImageBatches images, int workers, CancellationToken cancellation)
    {
        using var network = target.Open(file, threads: 1, "candidate");
        var batches = Batches.Select(images.Count, workers, batch => network.RunAll(images.Inputs(batch)), cancellation);
        return
        [
            .. batches[0].Index()
                .Select(output => (output.Item.Name, Value: Joined([.. batches.Select(batch => batch[output.Index].Value)])))
                .Where(output => output.Value.Shape is [var samples, ..] && samples == images.Images.Count),
        ];
    }

    private static TensorData Joined(TensorData[] batches)
    {
        if (batches[0].Shape.Length == 0)
        {
            return batches[0];
        }

        using var all = new MemoryStream(batches.Sum(batch => batch.Bytes.Length));
        Array.ForEach(batches, batch => all.Write(batch.Bytes.Span));
        return new TensorData(
            batches[0].Type, [batches.Sum(batch => batch.Shape[0]), .. batches[0].Shape[1..]], all.GetBuffer());
    }
}
