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

    /// <summary>By <see cref="LearningRateSchedule.StepFactor"/> at each of equal parts of the schedule.</summary>
    Step,
}
