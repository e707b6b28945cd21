using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Correction;

/// <summary>
/// Corrects a quantized network group by group in forward order, each with the inputs that the already quantized and
/// corrected groups before it give. A group keeps its correction only where that lowers the squared error of what it
/// hands on. Deterministic for given images and batch size, whatever the number of workers.
/// </summary>
/// <param name="propose">A proposal for a layer over a number of batches.</param>
internal sealed class PrefixCorrection(
    FloatNetwork float32,
    Func<GraphNode, int, IChannelProposal> propose,
    int workers,
    CancellationToken cancellation)
{
    /// <param name="correct">One flag a group.</param>
    public QuantizedNetwork Run(QuantizedNetwork network, IReadOnlyList<bool> correct, ImageBatches images)
    {
        int last = LastCorrectable(network, correct);
        if (last < 0)
        {
            return network;
        }

        var batches = Enumerable.Range(0, images.Count).Select(_ => new PrefixPair()).ToArray();
        try
        {
            Batches.ForEach(
                images.Count, workers, batch => batches[batch].Start(network.Graph.Input.Name, images.Tensor(batch)), cancellation);
            foreach (var group in network.Graph.Groups.Take(last + 1))
            {
                network = CorrectGroup(network, group, correct[group.Index], batches);
            }
        }
        finally
        {
            foreach (var batch in batches)
            {
                batch.Dispose();
            }
        }

        return network;
    }

    private static int LastCorrectable(QuantizedNetwork network, IReadOnlyList<bool> correct) =>
        network.Graph.Groups
            .Where(group => correct[group.Index] && CorrectableNode(network, group) is not null)
            .Select(group => group.Index)
            .DefaultIfEmpty(-1)
            .Max();

    // MatMul has no input for a bias.
    private static GraphNode? CorrectableNode(QuantizedNetwork network, LayerGroup group) =>
        group.Nodes.FirstOrDefault(node => node.OpType != "MatMul" && network.Layout.HasQuantizedWeights(node));

    private QuantizedNetwork CorrectGroup(QuantizedNetwork network, LayerGroup group, bool wanted, PrefixPair[] batches)
    {
        var node = wanted ? CorrectableNode(network, group) : null;
        var proposal = node is null ? null : propose(node, batches.Length);
        var handedOn = float32.HandedOn(group);
        using var plainProgram = float32.Quantized(group, network);
        double[] plainErrors = new double[batches.Length];
        var chosen = new LiveTensors[batches.Length];
        Batches.ForEach(batches.Length, workers, batch =>
        {
            float32.Float32(group.Index).Run(batches[batch].Float32, proposal?.Float32(batch));
            chosen[batch] = batches[batch].Quantized.Borrow();
            plainProgram.Run(chosen[batch], proposal?.Quantized(batch));
            plainErrors[batch] = batches[batch].SquaredError(chosen[batch], handedOn);
        }, cancellation);

        if (proposal is not null)
        {
            var corrected = proposal.Apply(network);
            using var program = float32.Quantized(group, corrected);
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
                network = corrected;
                (chosen, runs) = (runs, chosen);
            }

            DisposeAll(runs);
        }

        for (int batch = 0; batch < batches.Length; batch++)
        {
            batches[batch].Advance(chosen[batch], float32.EndingIn(group));
        }

        return network;
    }

    private static void DisposeAll(LiveTensors[] runs)
    {
        foreach (var run in runs)
        {
            run.Dispose();
        }
    }
}
