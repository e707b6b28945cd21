namespace Cluster.Coordinator.Work;

/// <summary>Accuracy of a plan's artefact on images of the evaluation set.</summary>
public sealed record AccuracyResult : WorkResult
{
    /// <summary>Images with a right answer, as the metric defines it.</summary>
    public required int Correct { get; init; }

    /// <summary>Number of images.</summary>
    public required int Total { get; init; }

    /// <summary>
    /// Mean KL(FP32 ‖ candidate), in nats: of the softmax of a sample's outputs; for metrics whose outputs are not scores of classes
    /// (output-sqnr, rmse), of an output as the mean of a normal distribution whose variance is FP32's mean power, which is half of noise
    /// over signal.
    /// </summary>
    public required double Kl { get; init; }

    /// <summary>Images whose top-1 is the same as that of FP32.</summary>
    public required int Agree { get; init; }

    /// <summary>
    /// One bit per image, in the order of <see cref="Model.ImageScope.Indices"/>, least significant bit first: set if the answer is right.
    /// </summary>
    public required byte[] CorrectBits { get; init; }

    /// <summary>
    /// The loss of each image, as <see cref="SampleLosses"/>, if the metric is one; null if images are right or wrong. With it,
    /// <see cref="Correct"/> is 0 and <see cref="CorrectBits"/> empty.
    /// </summary>
    public byte[]? Losses { get; init; }

    /// <summary>
    /// Of FP32 on all samples, where the metric is output-sqnr: the power of each sample's outputs, relative to the mean, as
    /// <see cref="SampleLosses"/>. A plan's <see cref="Losses"/> over it are noise over signal of single samples.
    /// </summary>
    public byte[]? Powers { get; init; }

    /// <summary>
    /// Where the images have no labels: the classes answered, as <see cref="ClassAnswers"/>; for FP32 of every image, for a plan of those
    /// on which its classes are not FP32's, in their order. An image with FP32's classes then counts as right; see <see cref="Open"/>.
    /// </summary>
    public byte[]? Answers { get; init; }

    /// <summary>Of FP32 on all images: what its answers say is wrong with the data, in a sentence; null where that is nothing.</summary>
    public string? Doubt { get; init; }

    /// <summary>Whether <see cref="Doubt"/> is proved, so that a job stops unless told otherwise; null: it is not.</summary>
    public bool? IsProved { get; init; }

    /// <summary>Of FP32 on all images: the branch that no calibration sample takes, in a sentence; null where there is none.</summary>
    public string? Unseen { get; init; }

    /// <summary>Classes of the network, where there are <see cref="Answers"/>.</summary>
    public int? Classes { get; init; }

    /// <summary>
    /// One bit per image, as in <see cref="CorrectBits"/>: set where the answer is not FP32's and no label says which is right, if any.
    /// Such an image counts as wrong. Null where there is none, and in a journal: the search fills this in, and the next.
    /// </summary>
    [JsonIgnore]
    public byte[]? Open { get; init; }

    /// <summary>Where the images have no labels: the drop against FP32, as far as labels given later settle it.</summary>
    [JsonIgnore]
    public double? Drop { get; init; }

    /// <summary>The images, if they are not the whole set. Null in a journal, whose items say it: the search fills this in.</summary>
    [JsonIgnore]
    public Model.ImageScope? Part { get; init; }

    /// <summary>
    /// The metric's mean over the images: the share that is right, or the mean loss. Where the images have no labels, FP32's share is
    /// unknown and counts as 1.
    /// </summary>
    [JsonIgnore]
    public double Level => Drop is { } drop ? 1 - drop
        : Losses is null ? (double)Correct / Total
        : SampleLosses.Mean(Losses);

    /// <summary>The same as a loss: less is better.</summary>
    [JsonIgnore]
    public double Loss => Drop is { } drop ? drop
        : Losses is null ? (double)(Total - Correct) / Total
        : Level;

    /// <summary>
    /// <see cref="Kl"/> as the second witness of a plan's drop, beside the labels (ADR 20). Null where a plan that diverges more need not
    /// lose more: if the metric does not count right answers, and if numbers were learned, as that lowers the divergence by itself.
    /// </summary>
    public double? Witness(Plan plan) =>
        Metric.GetValueOrDefault().CountsImages() && !plan.Groups.Any(decision => decision.IsLearned) ? Kl : null;

    /// <summary>SHA-256 of the file that was run.</summary>
    public required string ArtefactSha256 { get; init; }

    /// <summary>Size of that file.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Bit operations per image: Σ MACs · weight bits · activation bits.</summary>
    public required long Bops { get; init; }

    /// <summary>The metric for the images; null: <see cref="MetricKind.Top1"/>.</summary>
    public MetricKind? Metric { get; init; }

    /// <summary>Wall time of building and running it.</summary>
    public double Seconds { get; init; }
}
