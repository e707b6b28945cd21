using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Groups;
using Cluster.Kernels.Planning;

namespace Cluster.Kernels.Correction;

/// <summary>
/// Output bias correction without labels: b' = b + E[y_fp32 - y_int8] per output channel, before the activation function, with the
/// inputs of the already quantized and corrected prefix; group by group in forward order (methods: PPQ's empirical correction, one
/// closed-form step). A group keeps its new bias only where that lowers the squared error of what the group hands on.
/// </summary>
public static class BiasCorrector
{
    /// <summary>Estimates the biases of one plan; deterministic for given images and batch size, whatever the number of workers.</summary>
    /// <param name="network">Resolved plan with FP32 or learned biases.</param>
    /// <param name="correct">One flag a group.</param>
    /// <param name="images">Calibration images.</param>
    /// <returns>The corrected biases by node, for the nodes that kept theirs, and the learned ones of the others.</returns>
    public static IReadOnlyDictionary<string, float[]> Correct(
        FloatNetwork float32, QuantizedNetwork network, IReadOnlyList<bool> correct, ImageBatches images, int workers, CancellationToken cancellation)
    {
        var kept = network.CorrectedBiases.ToDictionary(StringComparer.Ordinal);
        int last = LastCorrectable(network, correct);
        if (last < 0)
        {
            return kept;
        }

        var batches = Enumerable.Range(0, images.Count).Select(_ => new PrefixPair()).ToArray();
        try
        {
            Batches.ForEach(images.Count, workers, batch => batches[batch].Start(network.Graph.Input.Name, images.Tensor(batch)), cancellation);
            foreach (var group in network.Graph.Groups.Take(last + 1))
            {
                CorrectGroup(float32, network, group, correct[group.Index], batches, workers, kept, cancellation);
            }
        }
        finally
        {
            foreach (var batch in batches)
            {
                batch.Dispose();
            }
        }

        return kept;
    }

    private static int LastCorrectable(QuantizedNetwork network, IReadOnlyList<bool> correct) =>
        network.Graph.Groups.Where(group => correct[group.Index] && CorrectableNode(network, group) is not null).Select(group => group.Index).DefaultIfEmpty(-1).Max();

    private static GraphNode? CorrectableNode(QuantizedNetwork network, LayerGroup group) =>
        group.Nodes.FirstOrDefault(node => node.OpType != "MatMul" && network.Layout.HasQuantizedWeights(node));

    private static void CorrectGroup(
        FloatNetwork float32, QuantizedNetwork network, LayerGroup group, bool wanted, PrefixPair[] batches, int workers,
        Dictionary<string, float[]> kept, CancellationToken cancellation)
    {
        var node = wanted ? CorrectableNode(network, group) : null;
        string[] handedOn = [.. float32.HandedOn(group)];
        var plain = network.WithBiases(kept);
        using var plainProgram = float32.Quantized(group, plain);
        var shift = new MeanShift(node, batches.Length);
        double[] plainErrors = new double[batches.Length];
        var plainRuns = new LiveTensors[batches.Length];
        Batches.ForEach(batches.Length, workers, batch =>
        {
            float32.Float32(group.Index).Run(batches[batch].Float32, shift.Float32(batch));
            plainRuns[batch] = batches[batch].Quantized.Borrow();
            plainProgram.Run(plainRuns[batch], shift.Quantized(batch));
            plainErrors[batch] = batches[batch].SquaredError(plainRuns[batch], handedOn);
        }, cancellation);

        var chosen = plainRuns;
        if (node is not null)
        {
            var candidate = new Dictionary<string, float[]>(kept, StringComparer.Ordinal) { [node.Name] = shift.Apply(network.Bias(node)) };
            using var program = float32.Quantized(group, network.WithBiases(candidate));
            double[] errors = new double[batches.Length];
            var runs = new LiveTensors[batches.Length];
            Batches.ForEach(batches.Length, workers, batch =>
            {
                runs[batch] = batches[batch].Quantized.Borrow();
                program.Run(runs[batch]);
                errors[batch] = batches[batch].SquaredError(runs[batch], handedOn);
            }, cancellation);
            if (errors.Sum() < plainErrors.Sum())
            {
                kept[node.Name] = candidate[node.Name];
                chosen = runs;
            }

            DisposeAll(chosen == runs ? plainRuns : runs);
        }

        for (int batch = 0; batch < batches.Length; batch++)
        {
            batches[batch].Advance(chosen[batch], float32.EndingIn(group));
        }
    }

    private static void DisposeAll(LiveTensors[] runs)
    {
        foreach (var run in runs)
        {
            run.Dispose();
        }
    }
}
