namespace Cluster.Kernels.Learning.Optimizers;

/// <summary>The learning rate of each optimizer iteration: a linear warm-up, then annealing over the rest.</summary>
public sealed record LearningRateSchedule
{
    // Of Annealing.Step.
    private const int Parts = 3;
    private const double StepFactor = 0.1;

    /// <summary>How the rate falls after the warm-up.</summary>
    public required Annealing Annealing { get; init; }

    /// <summary>Rate after the warm-up, positive.</summary>
    public required double Initial { get; init; }

    /// <summary>Optimizer iterations in total, warm-up included, at least 1.</summary>
    public required long Iterations { get; init; }

    /// <summary>Iterations of the warm-up: iteration t has (t + 1) / WarmUp of the initial rate.</summary>
    public long WarmUp { get; init; }

    /// <summary>
    /// Rate at the end of a cosine or an exponential, as a share of the initial one; above 0 for an exponential.
    /// </summary>
    public double FinalShare { get; init; }

    /// <summary>The rate of an iteration.</summary>
    /// <param name="iteration">From 0; from <see cref="Iterations"/> on, the final rate.</param>
    public double At(long iteration)
    {
        if (iteration < WarmUp)
        {
            return Initial * (iteration + 1) / WarmUp;
        }

        double progress = Iterations <= WarmUp ? 1 : Math.Min(1, (double)(iteration - WarmUp) / (Iterations - WarmUp));
        return Annealing switch
        {
            Annealing.Cosine => Initial * (FinalShare + ((1 - FinalShare) * (1 + Math.Cos(Math.PI * progress)) / 2)),
            Annealing.Exponential => Initial * Math.Pow(FinalShare, progress),
            Annealing.Step => Initial * Math.Pow(StepFactor, Math.Min(Parts - 1, Math.Floor(progress * Parts))),
            _ => Initial,
        };
    }

    /// <summary>Parses the name of an annealing.</summary>
    /// <exception cref="KernelException">The word is not such a name.</exception>
    public static Annealing Parse(string word) => word switch
    {
        "constant" => Annealing.Constant,
        "cosine" => Annealing.Cosine,
        "exponential" => Annealing.Exponential,
        "step" => Annealing.Step,
        _ => throw new KernelException($"'{word}' is not a learning-rate schedule; expected cosine, exponential, step or constant."),
    };
}
