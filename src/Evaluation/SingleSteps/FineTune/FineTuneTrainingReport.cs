using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Evaluation.SingleSteps.FineTune;

/// <summary>How training went.</summary>
/// <param name="Images">Trained on, each once an epoch.</param>
/// <param name="ValidationImages">Kept aside, to choose the best epoch.</param>
/// <param name="Epochs">From 0, the untrained plan; correct images are of the validation images, in simulation.</param>
/// <param name="Best">The epoch that was taken.</param>
/// <param name="RolledBack">Returns to the beginning of an epoch with half the rate.</param>
/// <param name="ResumedAt">Step at which a checkpoint was taken up; 0 for none.</param>
/// <param name="ImagesPerSecond">Of this process; null where nothing was left to train.</param>
public sealed record FineTuneTrainingReport(
    int Images,
    int ValidationImages,
    IReadOnlyList<FineTuneEpoch> Epochs,
    int Best,
    int RolledBack,
    long ResumedAt,
    double Seconds,
    double? ImagesPerSecond);
