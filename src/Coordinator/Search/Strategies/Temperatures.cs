namespace Cluster.Coordinator.Search.Strategies;

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
