namespace Cluster.Coordinator.Search.Strategies;

/// <summary>How the temperature of an annealing falls from its first step to its last.</summary>
internal enum TemperatureSchedule
{
    /// <summary>By the same factor each step (Kirkpatrick, Gelatt and Vecchi 1983).</summary>
    Exponential,

    /// <summary>Along half a cosine: slowly at both ends.</summary>
    Cosine,

    /// <summary>In eight stairs of equal length, each by the same factor.</summary>
    Step,
}

/// <summary>Temperatures of a schedule.</summary>
internal static class Temperatures
{
    private const int Stairs = 8;

    /// <summary>The temperature at a share of the way, from 0 at the first step to 1 at the last.</summary>
    public static double At(this TemperatureSchedule schedule, double share, double start, double end) => schedule switch
    {
        TemperatureSchedule.Exponential => start * Math.Pow(end / start, share),
        TemperatureSchedule.Cosine => end + ((start - end) * (1 + Math.Cos(Math.PI * share)) / 2),
        TemperatureSchedule.Step => start * Math.Pow(end / start, Math.Min(Stairs - 1, Math.Floor(share * Stairs)) / (Stairs - 1)),
        _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, message: null),
    };
}
