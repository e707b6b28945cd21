namespace Cluster.Coordinator.Search.Strategies;

/// <summary>Constants of simulated annealing; they affect the winner, so none depends on the number of workers.</summary>
internal sealed record AnnealOptions
{
    /// <summary>How the temperature falls.</summary>
    public TemperatureSchedule Schedule { get; init; } = TemperatureSchedule.Exponential;

    /// <summary>Temperature of the first step, as a share of FP32's latency: about the effect of one group of a small network.</summary>
    public double Start { get; init; } = 0.03;

    /// <summary>Temperature of the last step: below what can be measured.</summary>
    public double End { get; init; } = 0.001;

    /// <summary>Steps for each group of the network.</summary>
    public int StepsPerGroup { get; init; } = 6;

    /// <summary>Fewest and most steps.</summary>
    public (int Least, int Most) Steps { get; init; } = (48, 600);

    /// <summary>Fewest and most neighbours that a round evaluates.</summary>
    public (int Least, int Most) Width { get; init; } = (4, 64);

    /// <summary>Steps without a better plan after which the walk returns to the best one.</summary>
    public int RestartAfter { get; init; } = 40;

    /// <summary>Plans of a round that are evaluated on all images.</summary>
    public int Confirmed { get; init; } = 2;
}
