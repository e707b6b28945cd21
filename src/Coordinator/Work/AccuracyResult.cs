using System.Text.Json.Serialization;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Coordinator.Work;

/// <summary>Accuracy of a plan's artefact on images of the evaluation set.</summary>
public sealed record AccuracyResult : WorkResult
{
    /// <summary>Images that are answered rightly, as the metric has it.</summary>
    public required int Correct { get; init; }

    /// <summary>Images looked at.</summary>
    public required int Total { get; init; }

    /// <summary>
    /// Mean KL(FP32 ‖ candidate), in nats: of the softmax of a sample's outputs; by metrics that do not take outputs for scores of classes
    /// (output-sqnr, rmse), of an output as the mean of a normal distribution whose variance is FP32's mean power, which is half of noise
    /// over signal.
    /// </summary>
    public required double Kl { get; init; }

    /// <summary>Images whose top-1 is the same as that of FP32.</summary>
    public required int Agree { get; init; }

    /// <summary>
    /// One bit per image, in the order of <see cref="Model.ImageScope.Indices"/>, least significant bit first: set
    /// where the image is answered rightly.
    /// </summary>
    public required byte[] CorrectBits { get; init; }

    /// <summary>
    /// The loss of each image, as <see cref="SampleLosses"/>, where the metric is one; null where images are right or wrong. With it,
    /// <see cref="Correct"/> is 0 and <see cref="CorrectBits"/> empty.
    /// </summary>
    public byte[]? Losses { get; init; }

    /// <summary>What was measured, as a mean over the images: the share that is right, or the mean loss.</summary>
    [JsonIgnore]
    public double Level => Losses is null ? (double)Correct / Total : SampleLosses.Mean(Losses);

    /// <summary>The same as a loss: less is better.</summary>
    [JsonIgnore]
    public double Loss => Losses is null ? (double)(Total - Correct) / Total : Level;

    /// <summary>SHA-256 of the file that was run.</summary>
    public required string ArtefactSha256 { get; init; }

    /// <summary>Size of that file.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Bit operations per image: Σ MACs · weight bits · activation bits.</summary>
    public required long Bops { get; init; }

    /// <summary>What the images were judged by; null: <see cref="MetricKind.Top1"/>.</summary>
    public MetricKind? Metric { get; init; }

    /// <summary>Wall time of building and running it.</summary>
    public double Seconds { get; init; }
}
