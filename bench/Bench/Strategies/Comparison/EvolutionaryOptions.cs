namespace Cluster.Bench.Strategies.Comparison;

/// <summary>Constants of the evolutionary strategy.</summary>
internal sealed record EvolutionaryOptions
{
    /// <summary>Plans of a generation.</summary>
    public int Population { get; init; } = 16;

    /// <summary>Generations.</summary>
    public int Generations { get; init; } = 20;

    /// <summary>Plans of which the best becomes a parent.</summary>
    public int Tournament { get; init; } = 3;

    /// <summary>Plans of a generation that are looked at on all images.</summary>
    public int Confirmed { get; init; } = 4;

    /// <summary>Images of the first look; see EvaluationSubset.</summary>
    public int LeastSubset { get; init; } = 256;
}
