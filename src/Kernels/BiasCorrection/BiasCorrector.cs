namespace Cluster.Kernels.BiasCorrection;

/// <summary>
/// Output bias correction without labels: b' = b + E[y_fp32 - y_int8] per output channel, before the activation
/// function, with the inputs of the already quantized and corrected prefix; group by group in forward order (methods:
/// PPQ's empirical correction, one closed-form step). A group keeps its new bias only where that lowers the squared
/// error of what the group hands on.
/// </summary>
public static class BiasCorrector
{
    private const int MostImages = 96;

    private const int BatchSize = 8;

    /// <summary>
    /// The images that a correction needs of many: it moves means only, and a mean over n images adds 1/n of the rounding noise's power.
    /// Small batches, so that all workers have some; no larger ones than the images', as a network may take one sample at a time.
    /// </summary>
    public static ImageBatches Enough(ImageBatches images) => images.Images.Count <= MostImages
        ? images
        : images.Stratified(MostImages, seed: 0) with { BatchSize = Math.Min(BatchSize, images.BatchSize) };

    /// <summary>Estimates the biases of one plan; deterministic for given images and batch size, for any number of workers.</summary>
    /// <param name="network">Resolved plan with FP32 or learned biases.</param>
    /// <param name="correct">One flag a group.</param>
    /// <param name="images">Calibration images.</param>
    /// <param name="space">Where tensors of all images are stored between two groups.</param>
    /// <returns>The corrected biases by node, for the nodes whose correction was kept, and the learned biases of the others.</returns>
    public static IReadOnlyDictionary<string, float[]> Correct(
        FloatNetwork float32,
        QuantizedNetwork network,
        IReadOnlyList<bool> correct,
        ImageBatches images,
        SpillSpace space,
        int workers,
        CancellationToken cancellation) =>
        new PrefixCorrection(float32, space, workers, cancellation)
            .Run(network, correct, images).CorrectedBiases;

    /// <summary>
    /// The initial biases of <see cref="Correct"/>, for each node that it may change: a file with them has the same operators and inputs as
    /// one with corrected biases.
    /// </summary>
    public static IReadOnlyDictionary<string, float[]> Uncorrected(QuantizedNetwork network, IReadOnlyList<bool> correct) =>
        network.Graph.Groups
            .Where(group => correct[group.Index])
            .Select(group => PrefixCorrection.CorrectableNode(network, group))
            .OfType<GraphNode>()
            .ToDictionary(node => node.Name, network.Bias, StringComparer.Ordinal);
}
