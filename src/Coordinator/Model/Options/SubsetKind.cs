namespace Cluster.Coordinator.Model.Options;

/// <summary>Which images stand for a set where a part of it is enough.</summary>
public enum SubsetKind
{
    /// <summary>Drawn by the job's seed and each image's content, in proportion to the labels where there are any.</summary>
    Stratified,

    /// <summary>The first ones of the list, or the last ones where a part is held out: a sorted list biases both.</summary>
    First,
}
