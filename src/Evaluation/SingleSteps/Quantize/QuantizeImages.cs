namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The images of a quantization, checked against the network before any work.</summary>
internal sealed record QuantizeImages(ImageBatches? Calibration, ImageBatches? Evaluation)
{
    /// <summary>The samples for the parity gate; null without any images.</summary>
    public ImageBatches? Samples => Evaluation ?? Calibration;

    /// <summary>Digest of the calibration images with their preprocessing.</summary>
    public string? CalibrationDigest => Calibration is { } images ? JobData.Digest(images.Images, images.Preprocess) : null;

    /// <summary>Number of calibration images that are also in the evaluation set.</summary>
    public int Shared =>
        Calibration is { } calibration && Evaluation is { } evaluation ? calibration.Images.CountShared(evaluation.Images) : 0;

    /// <summary>What judges boxes, masks or strings, where these are the metric.</summary>
    public AnswerJudge? Judge(QuantizeRequest request, NetworkFile network) =>
        Evaluation is { } judged ? JudgedSamples.Judge(judged.Images, request.Judging, network) : null;

    /// <summary>Reads the images that the request names.</summary>
    /// <param name="pixels">Where the pixels are stored.</param>
    /// <param name="isJudged">Whether answers are judged, with labels, targets or boxes as the metric needs.</param>
    /// <exception cref="JobException">Roundings are to be learned, and the calibration data are arrays.</exception>
    /// <exception cref="Kernels.KernelException">Images are missing, damaged, unlabelled, or not for this
    /// network.</exception>
    public static QuantizeImages Open(QuantizeRequest request, NetworkFile network, SpillSpace pixels, bool isJudged = true)
    {
        if (request.Data is null && request.Evaluation is null)
        {
            return new QuantizeImages(null, null);
        }

        var preprocess = InputPreprocess.Load(request.Model, request.Preprocess, request.Given, request.Data, request.Evaluation);
        var calibration = Read(request.Data, preprocess, network, pixels);
        if (request.LearnedRounding is not null
            && calibration is not null
            && LearningChoice.Obstacle(network, calibration.IsImages) is { } obstacle)
        {
            throw new JobException($"--rounding {request.Rounding} learns from {obstacle}: leave it out.")
            {
                FailsOn = JobFault.Request,
            };
        }

        var evaluation = Read(request.Evaluation, preprocess, network, pixels);
        if (isJudged && evaluation is not null)
        {
            evaluation = evaluation with { Images = JudgedSamples.Of(evaluation.Images, request.Judging, network) };
            JudgedSamples.RequireLabels(request.Measure, network, (evaluation.Images, DataAccess.Anywhere));
        }

        return new QuantizeImages(calibration, evaluation);
    }

    private static ImageBatches? Read(string? spec, Preprocess? preprocess, NetworkFile network, SpillSpace pixels) => spec is null
        ? null
        : new ImageBatches(
            DataSource.OpenSamples(spec, DataAccess.Anywhere, pixels, preprocess?.Geometry)
                .For(network.Grouped.Graph.SampleInputs, preprocess),
            preprocess,
            network.ExecutionBatch);
}
