namespace Cluster.Coordinator.Search;

/// <summary>The greedy search's constants; they affect the winner, so they are fixed and do not depend on the number of workers.</summary>
public sealed record GreedyOptions
{
    /// <summary>Images of the sensitivity sweep.</summary>
    public int SensitivityImages { get; init; } = 256;

    /// <summary>Moves that a round of skips or of walk-back tries.</summary>
    public int MovesPerRound { get; init; } = 4;

    /// <summary>Rounds of speed polish.</summary>
    public int PolishRounds { get; init; } = 4;

    /// <summary>Plans that a round of speed polish times.</summary>
    public int PolishPlans { get; init; } = 3;

    /// <summary>Plans that the final round may time.</summary>
    public int Finalists { get; init; } = 6;

    /// <summary>
    /// Milliseconds of an FP32 run below which the profile, which counts whole microseconds per kernel, does not decide which plans are
    /// worth timing.
    /// </summary>
    public double ShortMs { get; init; } = 1;

    /// <summary>Skips go on until a plan is predicted to be slower than FP32 by this factor.</summary>
    public double HopelessFactor { get; init; } = 1.25;
}
