namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>
/// How a runtime's first output compares with the simulation's, end to end (ADR 49). Divergences are means over the images, of the kind
/// that the outputs are (<see cref="Measurement.OutputDivergence"/>): nats for scores, half of noise over signal for values.
/// </summary>
/// <param name="Divergence">Of the runtime from the simulation.</param>
/// <param name="PlanDivergence">Of the simulation from FP32: what the plan itself does to the outputs.</param>
/// <param name="Drift">
/// Of a simulation whose roundings are moved as far as float32 leaves them open, from the simulation (<see cref="RoundingDrift"/>);
/// null where the other bounds were enough.
/// </param>
/// <param name="Agree">
/// Images with the same top-1 class in both; null where outputs are values. Near ties decide it, of which networks differ in number: no
/// bound is set on it.
/// </param>
/// <param name="Lost">Images that the simulation has right and the runtime wrong; null where outputs are values or no labels are.</param>
/// <param name="Gained">Images that the simulation has wrong and the runtime right; null where <paramref name="Lost"/> is.</param>
public sealed record OutputParity(double Divergence, double PlanDivergence, double? Drift, int? Agree, int? Lost, int? Gained)
{
    /// <summary>
    /// How far the runtime may be from the simulation, as a share of how far the plan is from FP32: a twentieth of what quantization
    /// does changes no decision that was made about the plan.
    /// </summary>
    public const double Share = 0.05;

    /// <summary>
    /// How many times its drift: where roundings are open, runtime and moved simulation are two draws of the same noise, each as far
    /// from the simulation as the other up to what the images are few.
    /// </summary>
    public const double DriftTimes = 2;

    /// <summary>
    /// What no plan is refused for: by Pinsker's inequality, √(KL / 2) of probability moves at most, here half an image of 256.
    /// </summary>
    public const double Floor = 2.0 / (512 * 512);

    // Standard errors; by chance one sound file in 16,000 is beyond.
    private const double LargestScore = 4;

    /// <summary>The largest divergence that passes.</summary>
    public double Allowed => Math.Max(Math.Max(Floor, Share * PlanDivergence), DriftTimes * (Drift ?? 0));

    /// <summary>Whether outputs are no farther apart than is allowed; NaN never is.</summary>
    public bool IsNear => Divergence <= Allowed;

    /// <summary>
    /// Whether as many labelled images may be lost and gained by chance: the statistic of McNemar (1947), (lost − gained) / √(lost +
    /// gained), which is never beyond 4 with fewer than 17 such images.
    /// </summary>
    public bool IsAsAccurate => !(Math.Abs(Lost - Gained ?? 0) > LargestScore * Math.Sqrt(Lost + Gained ?? 0));

    /// <summary>Whether the file may be published.</summary>
    public bool Passes => IsNear && IsAsAccurate;
}
