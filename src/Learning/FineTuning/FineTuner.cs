using static TorchSharp.torch;

namespace Cluster.Learning.FineTuning;

/// <summary>
/// Quantization-aware fine-tuning: trains the numbers of a resolved plan (weights, scales, biases) on labelled images. Which groups are
/// quantized, with how many bits and where, does not change. The same input gives the same bytes with the same
/// <see cref="FineTuneOptions.Parts"/>, interrupted or not.
/// </summary>
public sealed class FineTuner(QuantizedNetwork start, FineTuneOptions options)
{
    /// <summary>Trains.</summary>
    /// <param name="training">Labelled images; the batch size of the options applies.</param>
    /// <param name="validation">Labelled images for choosing the best epoch, none of them trained on.</param>
    /// <param name="cancellation">A cancelled training leaves a checkpoint in its folder; the same call later resumes from it.</param>
    /// <param name="yielding">How to yield the machine to others between two iterations; null: never.</param>
    /// <exception cref="KernelException">Options or images cannot be used, the folder holds another training, or the
    /// loss does not stay finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainingOutcome Run(
        ImageBatches training,
        ImageBatches validation,
        IProgress<FineTuneProgress>? progress,
        CancellationToken cancellation,
        Yielding? yielding = null)
    {
        options.Require();
        training.Images.RequireLabels();
        training.RequireImages().RequireColor(training.Preprocess!);
        validation.Images.RequireLabels();
        options.Device.Enter();
        using var scope = NewDisposeScope();
        using var single = new TorchThreads(1); // its parts have their own threads
        using var run = new FineTuneRun(start, options, Identity(training, validation), training, validation);
        return run.Complete(progress, yielding, cancellation);
    }

    private string Identity(ImageBatches training, ImageBatches validation)
    {
        using var scope = NewDisposeScope();
        string numbers = new TrainedNetwork(start).Finish().ComputeDigest();
        string points = string.Join('\n', start.Layout.Points.Values.OrderBy(point => point.Tensor, StringComparer.Ordinal));
        string text = string.Join('\n', numbers, points, Images(training), Images(validation), options.IdentityFor(start));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string Images(ImageBatches batches) => $"{batches.Images.Digest} {batches.Preprocess?.Digest}";
}
