namespace Cluster.Kernels.Learning.Optimizers;

/// <summary>The learning rate of each optimizer iteration: a linear warm-up, then half a cosine over the rest.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>Rate after the warm-up, positive.</summary>
    public required double Initial { get; init; }

    /// <summary>Optimizer iterations in total, warm-up included, at least 1.</summary>
    public required long Iterations { get; init; }

    /// <summary>Iterations of the warm-up: iteration t has (t + 1) / WarmUp of the initial rate.</summary>
    public long WarmUp { get; init; }

    /// <summary>Rate at the end, as a share of the initial one.</summary>
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
        return Initial * (FinalShare + ((1 - FinalShare) * (1 + Math.Cos(Math.PI * progress)) / 2));
    }
}
