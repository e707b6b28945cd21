namespace Cluster.Kernels.BiasCorrection;

/// <summary>
/// Corrects a quantized network group by group in forward order, with the inputs that the already quantized and corrected groups before it
/// produce. A group keeps its correction only if that lowers the squared error of what it hands on. Deterministic for given images and
/// batch size, for any number of workers.
/// </summary>
/// <param name="space">Where the tensors of all batches are stored between two groups.</param>
internal sealed class PrefixCorrection(FloatNetwork float32, SpillSpace space, int workers, CancellationToken cancellation)
{
    /// <param name="correct">One flag a group.</param>
    public QuantizedNetwork Run(QuantizedNetwork network, IReadOnlyList<bool> correct, ImageBatches images)
    {
        int last = LastCorrectable(network, correct);
        if (last < 0)
        {
            return network;
        }

        var batches = Enumerable.Range(0, images.Count).Select(_ => new PrefixPair(space)).ToArray();
        try
        {
            Batches.ForEach(
                images.Count, workers, batch => batches[batch].Start(images.Tensors(batch, network.Graph)), cancellation);
            foreach (var group in network.Graph.Groups.Take(last + 1))
            {
                network = CorrectGroup(network, group, correct[group.Index], batches);
            }
        }
        finally
        {
            batches.DisposeAll();
        }

        return network;
    }

    private static int LastCorrectable(QuantizedNetwork network, IReadOnlyList<bool> correct) =>
        network.Graph.Groups
            .Where(group => correct[group.Index] && CorrectableNode(network, group) is not null)
            .Select(group => group.Index)
            .DefaultIfEmpty(-1)
            .Max();

    /// <summary>The node of a group whose bias may be corrected.</summary>
    public static GraphNode? CorrectableNode(QuantizedNetwork network, LayerGroup group) =>
        // MatMul has no input for a bias.
        group.Nodes.FirstOrDefault(node => node.OpType != "MatMul" && network.Layout.HasQuantizedWeights(node));

    private QuantizedNetwork CorrectGroup(QuantizedNetwork network, LayerGroup group, bool wanted, PrefixPair[] batches)
    {
        var node = wanted ? CorrectableNode(network, group) : null;
        var proposal = node is null ? null : new MeanShift(node, batches.Length);
        string[] ended = [.. float32.EndingIn(group)];
        var handedOn = float32.HandedOn(group);
        OffloadedTensors[] chosen = [.. batches.Select(_ => new OffloadedTensors(space))];
        try
        {
            using var plainProgram = float32.Quantized(group, network);
            double plainError = Run(batches.Length, batch =>
            {
                using var exact = batches[batch].RunFloat32(float32.Float32(group.Index), handedOn, ended, proposal?.Float32(batch));
                return batches[batch].RunQuantized(
                    plainProgram, exact, handedOn, proposal is null ? chosen[batch] : null, proposal?.Quantized(batch));
            });
            if (proposal is not null)
            {
                network = Better(network, proposal, plainError);
            }

            for (int batch = 0; batch < batches.Length; batch++)
            {
                batches[batch].Advance(chosen[batch], ended);
            }

            return network;
        }
        finally
        {
            chosen.DisposeAll();
        }

        // A correction is nearly always kept, so only its tensors are stored: if it is not kept, the group runs once more without it.
        QuantizedNetwork Better(QuantizedNetwork plain, MeanShift proposed, double plainError)
        {
            var corrected = proposed.Apply(plain);
            if (Keep(corrected) < plainError)
            {
                return corrected;
            }

            chosen.DisposeAll();
            Keep(plain);
            return plain;
        }

        double Keep(QuantizedNetwork candidate)
        {
            using var program = float32.Quantized(group, candidate);
            return Run(batches.Length, batch =>
            {
                using var exact = batches[batch].HandedOn(handedOn);
                return batches[batch].RunQuantized(program, exact, handedOn, chosen[batch], observer: null);
            });
        }
    }

    private double Run(int batches, Func<int, double> squaredErrorOf) =>
        Batches.Select(batches, workers, squaredErrorOf, cancellation).Sum();
}

/// <summary>
/// Restores the FP32 mean of each channel of one layer's output, by its bias. Batches may be observed concurrently: sums are kept per batch
/// and added in batch order, so the result does not depend on the order of the threads.
/// </summary>
internal sealed class MeanShift(GraphNode node, int batches)
{
    private readonly ChannelTotals[] _exact = new ChannelTotals[batches];
    private readonly ChannelTotals[] _rounded = new ChannelTotals[batches];

    public IRunObserver Float32(int batch) => Into(_exact, batch);

    public IRunObserver Quantized(int batch) => Into(_rounded, batch);

    /// <summary>
    /// The network with bias + E[y_fp32] - E[y_quantized], one value a channel, after every batch was observed.
    /// </summary>
    public QuantizedNetwork Apply(QuantizedNetwork network)
    {
        float[] bias = network.Bias(node);
        double[] exact = Mean(_exact, bias.Length);
        double[] rounded = Mean(_rounded, bias.Length);
        return network.WithBiases(new Dictionary<string, float[]>(network.CorrectedBiases, StringComparer.Ordinal)
        {
            [node.Name] = [.. bias.Select((value, channel) => (float)(value + exact[channel] - rounded[channel]))],
        });
    }

    private static double[] Mean(ChannelTotals[] parts, int channels)
    {
        double count = parts.Sum(part => part.Count);
        return [.. Enumerable.Range(0, channels).Select(channel => parts.Sum(part => part.Values[channel] / count))];
    }

    private Onlooker Into(ChannelTotals[] totals, int batch) => new((computed, value) =>
    {
        if (computed.Name == node.Name)
        {
            totals[batch] = new ChannelTotals(TensorStatistics.ChannelSums(value), value.NumberOfElements / value.shape[1]);
        }
    });

    /// <summary>Sums of a batch, (N, C, H, W) or (N, C), over everything but the channel, each of so many values.</summary>
    private readonly record struct ChannelTotals(double[] Values, long Count);
}
