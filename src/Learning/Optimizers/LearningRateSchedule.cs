namespace Cluster.Learning.Optimizers;

/// <summary>The learning rate of each optimizer iteration: a linear warm-up, then annealed over the rest.</summary>
public sealed record LearningRateSchedule
{
    private const int Stairs = 3;

    /// <summary>Rate after the warm-up, positive.</summary>
    public required double Initial { get; init; }

    /// <summary>Optimizer iterations in total, warm-up included, at least 1.</summary>
    public required long Iterations { get; init; }

    /// <summary>Iterations of the warm-up: iteration t has (t + 1) / WarmUp of the initial rate.</summary>
    public long WarmUp { get; init; }

    /// <summary>How it is annealed.</summary>
    public RateDecay Decay { get; init; } = RateDecay.Cosine;

    /// <summary>Rate at the end, as a share of the initial one; above 0 for <see cref="RateDecay.Exponential"/>.</summary>
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
        return Initial * Decay switch
        {
            RateDecay.Constant => 1,
            RateDecay.Exponential => Math.Pow(FinalShare, progress),
            RateDecay.Step => Math.Pow(FinalShare, Math.Min(Stairs - 1, Math.Floor(Stairs * progress)) / (Stairs - 1)),
            _ => FinalShare + ((1 - FinalShare) * (1 + Math.Cos(Math.PI * progress)) / 2),
        };
    }
}

/// <summary>How a learning rate falls from its first value to its last; p is the share of the iterations after the warm-up.</summary>
public enum RateDecay
{
    /// <summary>Not at all: the final share counts for nothing.</summary>
    Constant,

    /// <summary>final^p, the same factor each iteration.</summary>
    Exponential,

    /// <summary>final + (1 - final) (1 + cos(pi p)) / 2 (Loshchilov and Hutter, ICLR 2017, without restarts).</summary>
    Cosine,

    /// <summary>
    /// In three stairs of equal length, each final^(1/2) of the one before: a tenth with a final share of 1 %, as torchvision's reference
    /// training has it, whose 90 epochs have a stair of 30.
    /// </summary>
    Step,
}
