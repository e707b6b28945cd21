namespace Cluster.Kernels.Learning.Optimizers;

/// <summary>How a learning rate decays.</summary>
public enum Annealing
{
    /// <summary>No decay.</summary>
    Constant,

    /// <summary>Half a cosine from the initial to the final rate.</summary>
    Cosine,

    /// <summary>By the same factor every iteration, from the initial to the final rate.</summary>
    Exponential,

    /// <summary>To a tenth from each of three equal parts of the schedule to the next.</summary>
    Step,
}
