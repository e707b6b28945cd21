namespace Cluster.Bench.Strategies.Comparison;

/// <summary>What the product's strategies are compared with, within the same frame of baselines, polish and ending.</summary>
internal enum ComparisonStrategy
{
    /// <summary>A population of plans under selection, crossover and mutation.</summary>
    Evolutionary,

    /// <summary>Plans drawn at random.</summary>
    Random,

    /// <summary>Every plan of a small space, fastest predicted first.</summary>
    Exhaustive,
}
