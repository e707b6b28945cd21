namespace Cluster.Coordinator.Model.Options;

/// <summary>How the temperature of an annealing falls from its first step to its last.</summary>
public enum TemperatureSchedule
{
    /// <summary>By the same factor each step (Kirkpatrick, Gelatt and Vecchi 1983).</summary>
    Exponential,

    /// <summary>Along half a cosine: slowly at both ends.</summary>
    Cosine,

    /// <summary>In eight stairs of equal length, each by the same factor.</summary>
    Step,
}
