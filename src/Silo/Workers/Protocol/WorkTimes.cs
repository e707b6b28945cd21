namespace Cluster.Silo.Workers.Protocol;

/// <summary>The times of work on a request, by the clock of the reporting process.</summary>
/// <param name="Began">Its start.</param>
/// <param name="Ended">Its end.</param>
/// <param name="Stages">Its stages, in order.</param>
internal sealed record WorkTimes(DateTimeOffset Began, DateTimeOffset Ended, IReadOnlyList<StageTimes> Stages);

/// <summary>The times at which a stage was entered and left.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Began">Its start.</param>
/// <param name="Ended">Its end.</param>
internal sealed record StageTimes(WorkStage Stage, DateTimeOffset Began, DateTimeOffset Ended)
{
    public TimeSpan Duration => Ended - Began;
}
