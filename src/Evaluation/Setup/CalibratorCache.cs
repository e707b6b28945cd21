namespace Cluster.Evaluation.Setup;

/// <summary>
/// Results across jobs. The choice of calibrators is also shared by jobs with other evaluation images: it uses only calibration images,
/// without labels, and so depends only on network, these images and settings. Other jobs get bit-identical results.
/// </summary>
/// <param name="own">Stores the results.</param>
/// <param name="spec">The job that asks.</param>
public sealed class CalibratorCache(IEvaluationCache own, JobSpec spec) : IEvaluationCache
{
    private readonly string _context = CanonicalJson.Digest(new
    {
        role = "calibrators",
        ModelDigest = spec.Network,
        spec.Data.Calibration,
        spec.Options.Target,
        spec.Options.Seed,
        spec.Options.Metric,
        spec.Versions,
    });

    /// <inheritdoc/>
    public WorkResult? Find(WorkItem item) => own.Find(Shared(item));

    /// <inheritdoc/>
    public void Store(WorkItem item, WorkResult result) => own.Store(Shared(item), result);

    private WorkItem Shared(WorkItem item) => item is CalibratorItem ? item with { Context = _context } : item;
}
