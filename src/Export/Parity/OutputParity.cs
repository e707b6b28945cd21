namespace Cluster.Export.Parity;

/// <summary>
/// Compares a runtime's first output with the simulation's, end to end (ADR 49). Divergences are means over the images, depending on the
/// kind of output (<see cref="OutputDivergence"/>): nats for scores, half of noise over signal for values.
/// </summary>
/// <param name="Divergence">Divergence of the runtime from the simulation.</param>
/// <param name="PlanDivergence">Divergence of the simulation from FP32: the effect of the plan itself on the outputs.</param>
/// <param name="RuntimeDivergence">Divergence of the runtime from FP32: the effect of the file on the outputs.</param>
/// <param name="StandardError">
/// Of <paramref name="RuntimeDivergence"/> less <paramref name="PlanDivergence"/>, from batch to batch; infinite if there is one batch.
/// </param>
/// <param name="Drift">
/// Divergence from the simulation of a second simulation whose roundings are moved as far as float32 leaves them open
/// (<see cref="RoundingDrift"/>); null if the other bounds were enough.
/// </param>
/// <param name="Agree">
/// Images with the same top-1 class in both; null if outputs are values. It depends on near ties, whose number varies between networks, so
/// it has no bound.
/// </param>
/// <param name="Lost">Images right in the simulation and wrong in the runtime; null if outputs are values or there are no labels.</param>
/// <param name="Gained">Images that are wrong in the simulation and right in the runtime; null if <paramref name="Lost"/> is.</param>
public sealed record OutputParity(
    double Divergence,
    double PlanDivergence,
    double RuntimeDivergence,
    double StandardError,
    double? Drift,
    int? Agree,
    int? Lost,
    int? Gained)
{
    /// <summary>
    /// The runtime's allowed distance from the simulation, as a share of the plan's distance from FP32: a twentieth of quantization's
    /// effect changes no decision about the plan.
    /// </summary>
    public const double Share = 0.05;

    /// <summary>
    /// The allowed multiple of the drift: where roundings are open, runtime and moved simulation are two draws of the same noise, equally
    /// far from the simulation except for the sampling error of few images.
    /// </summary>
    public const double DriftTimes = 2;

    /// <summary>
    /// The largest share of the plan's distance from FP32 that a large drift allows. More is allowed only if the runtime is not farther
    /// from FP32 than the plan by more than this share, or than chance explains: with depth all roundings of activations are drawn anew,
    /// and two draws are up to twice as far from each other as each is from FP32. A fault adds to the distance from FP32; a draw does not.
    /// </summary>
    public const double LargestShare = 0.5;

    /// <summary>
    /// A divergence that is always allowed: by Pinsker's inequality it moves at most √(KL / 2) of probability, here half an image of 256.
    /// </summary>
    public const double Floor = 2.0 / (512 * 512);

    // In standard errors; by chance one sound file in 16,000 exceeds it.
    private const double LargestScore = 4;

    /// <summary>The largest divergence that passes.</summary>
    public double Allowed => Math.Max(
        Math.Max(Floor, Share * PlanDivergence),
        Math.Min(DriftTimes * (Drift ?? 0), IsAnotherDraw ? double.PositiveInfinity : LargestShare * PlanDivergence));

    /// <summary>Whether the outputs are close enough; never for NaN.</summary>
    public bool IsNear => Divergence <= Allowed;

    /// <summary>
    /// Whether the lost and gained labelled images can be chance: the statistic of McNemar (1947), (lost − gained) / √(lost + gained),
    /// which never exceeds 4 with fewer than 17 such images.
    /// </summary>
    public bool IsAsAccurate => !(Math.Abs(Lost - Gained ?? 0) > LargestScore * Math.Sqrt(Lost + Gained ?? 0));

    /// <summary>Whether the file may be published.</summary>
    public bool Passes => IsNear && IsAsAccurate;

    private bool IsAnotherDraw =>
        RuntimeDivergence - PlanDivergence <= Math.Max(LargestShare * PlanDivergence, LargestScore * StandardError);
}
