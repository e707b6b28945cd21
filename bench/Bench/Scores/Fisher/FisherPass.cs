using Cluster.Kernels;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Operators;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>
/// Scores groups and formats from one gradient per image. What a group hands on differs from FP32 by δ; to second order the cost is KL ≈ ½
/// δᵀFδ with F the Fisher information (Li et al., BRECQ, ICLR 2021, eq. 10; Zandonati et al., FIT, 2023). The images run forward and
/// backward once, for any number of scores; then each group runs alone in each format, and no group runs on to the output. No label is
/// read.
/// </summary>
public static class FisherPass
{
    // Memory limit for the tensors between groups, for the images of one worker.
    private const long MostBytes = 128L << 20;

    /// <summary>Whether all groups can be scored.</summary>
    /// <exception cref="KernelException">An operator has no gradient; the message names it and its group.</exception>
    public static void RequireSlopes(GroupedGraph graph)
    {
        if (SlopePaths.Problem(graph) is { } problem)
        {
            throw new KernelException(problem);
        }
    }

    /// <summary>Scores all of them; deterministic for any number of workers.</summary>
    /// <param name="alone">
    /// Groups, repeated if there are several formats, each with the network in which only that group is quantized.
    /// </param>
    /// <param name="seed">Seed of the random directions.</param>
    /// <param name="first">The index of the first image in the whole set, which selects the directions.</param>
    /// <param name="outputs">Outputs by which the distance from FP32 is measured.</param>
    /// <returns>In the order of <paramref name="alone"/>; the divergence is the estimate, in nats, and no accuracy is counted.</returns>
    /// <exception cref="KernelException">An operator has no gradient.</exception>
    public static IReadOnlyList<GroupSensitivity> Run(
        FloatNetwork network,
        IReadOnlyList<(LayerGroup Group, QuantizedNetwork Network)> alone,
        ImageBatches images,
        int workers,
        Action<int>? batchDone,
        CancellationToken cancellation,
        long seed = 0,
        int first = 0,
        OutputKind outputs = OutputKind.Scores,
        FisherForm form = FisherForm.Signs)
    {
        RequireSlopes(network.Graph);
        var slices = images with { BatchSize = FisherSlices.Size(network, images.BatchSize, MostBytes) };
        int each = images.BatchSize / slices.BatchSize;
        var programs = alone.Select(candidate => network.Quantized(candidate.Group, candidate.Network, SumKind.Real)).ToArray();
        try
        {
            using var walk = new FisherWalk(network, [.. alone.Zip(programs, (one, program) => (one.Group, program))], outputs, form);
            var sums = new FisherSums[slices.Count];
            Batches.ForEach(images.Count, workers, batch =>
            {
                for (int slice = batch * each; slice < Math.Min(slices.Count, (batch + 1) * each); slice++)
                {
                    sums[slice] = walk.Run(slices, slice, seed, first);
                }

                batchDone?.Invoke(batch);
            }, cancellation);
            return [.. alone.Select(
                (candidate, index) => FisherSums.Total(candidate.Group.Index, index, sums, images.Images.Count, outputs))];
        }
        finally
        {
            foreach (var program in programs)
            {
                program.Dispose();
            }
        }
    }
}
