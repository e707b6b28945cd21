namespace Cluster.Evaluation.Setup;

/// <summary>
/// The images for comparing calibrators. A quarter of the calibration images, at most <see cref="MostImages"/>, is held back: the compared
/// ranges come from the others, so that no calibrator is judged by values that its range was fitted to. The ranges of candidates come from
/// all calibration images, with the chosen calibrators. If fewer than <see cref="LeastImages"/> would be held back, none are, and the
/// comparison uses the images that the ranges come from.
/// </summary>
/// <param name="calibration">All calibration images.</param>
/// <param name="seed">The job's seed.</param>
/// <param name="fit">Makes statistics of all calibration images except those at the given positions.</param>
public sealed class CalibratorBasis(ImageBatches calibration, long seed, Func<IReadOnlySet<int>, CancellationToken, PlanResolver> fit)
{
    internal const int MostImages = 64;
    internal const int LeastImages = 8;

    // Small batches, as there are few images: two of 32 and 18 kept one of two cores busy a fifth of the time, and a third core never. They
    // take no more processor time.
    private const int LargestBatch = 8;
    private const int Share = 4;
    private readonly Lock _lock = new();
    private PlanResolver? _resolver;

    /// <summary>The images that divergences are measured on.</summary>
    public ImageBatches Images => calibration.Stratified(IsHeldBack ? Count(calibration) : MostImages, Purpose(seed)) with
    {
        BatchSize = Math.Min(LargestBatch, calibration.BatchSize),
    };

    /// <summary>Whether the ranges come from other images.</summary>
    public bool IsHeldBack => Count(calibration) >= LeastImages;

    /// <summary>Indices of the images that are held back; empty if there are too few.</summary>
    public static IReadOnlySet<int> HeldBack(ImageBatches calibration, long seed) => Count(calibration) < LeastImages
        ? new HashSet<int>()
        : StratifiedSubset.Positions(calibration.Images, Count(calibration), Purpose(seed)).ToHashSet();

    /// <summary>Ranges from the statistics of the images that are not held back; made on first use.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is kept.</exception>
    public PlanResolver Resolver(CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _resolver ??= fit(HeldBack(calibration, seed), cancellation);
        }
    }

    private static int Count(ImageBatches calibration) => Math.Min(calibration.Images.Count / Share, MostImages);

    private static long Purpose(long seed) => SplitMix64.Derive(seed, "calibrators");
}
