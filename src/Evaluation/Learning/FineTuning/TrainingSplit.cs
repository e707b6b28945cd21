namespace Cluster.Evaluation.Learning.FineTuning;

/// <summary>
/// Labelled training images, a few of which are held out to choose among epochs, so that the evaluation images are used only once, for the
/// verdict.
/// </summary>
internal sealed record TrainingSplit(ImageBatches Training, ImageBatches Validation)
{
    // Precise enough for a choice among ten epochs, and no more images than a network can spare.
    private const int LargestValidation = 1000;
    private const int ValidationPart = 20;
    private const int Fewest = 2;

    /// <summary>Splits the images, seeded.</summary>
    /// <exception cref="KernelException">They do not fit this network, or are too few.</exception>
    public static TrainingSplit Of(ImageSet images, Preprocess preprocess, NetworkFile network, int batch, long seed)
    {
        images.For(network.Grouped.Inputs, preprocess);
        images.RequireClasses(network.Classes);
        if (images.Count < Fewest)
        {
            throw new KernelException(
                $"'{images.Name}' has {images.Count} image where at least {Fewest} are needed to train and to validate; give more.");
        }

        int validation = Math.Clamp(images.Count / ValidationPart, 1, LargestValidation);
        var split = DataSplit.Seeded(images.Count, SplitMix64.Derive(seed, "finetune/validation"), validation);
        return new TrainingSplit(
            new ImageBatches(images.Select(split.Evaluation), preprocess, batch),
            new ImageBatches(images.Select(split.Calibration), preprocess, network.ExecutionBatch));
    }
}
