using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Evaluation.SingleSteps.FineTune;

/// <summary>Report on a training.</summary>
/// <param name="Images">Training images, each used once per epoch.</param>
/// <param name="ValidationImages">Held out, to choose the best epoch.</param>
/// <param name="Epochs">From 0, the untrained plan; correct images are of the validation images, in simulation.</param>
/// <param name="Best">The chosen epoch.</param>
/// <param name="RolledBack">How often training went back to the beginning of an epoch with half the rate.</param>
/// <param name="ResumedAt">Step at which training resumed from a checkpoint; 0 for none.</param>
/// <param name="ImagesPerSecond">Rate in this process; null if nothing was left to train.</param>
public sealed record FineTuneTrainingReport(
    int Images,
    int ValidationImages,
    IReadOnlyList<FineTuneEpoch> Epochs,
    int Best,
    int RolledBack,
    long ResumedAt,
    double Seconds,
    double? ImagesPerSecond);
