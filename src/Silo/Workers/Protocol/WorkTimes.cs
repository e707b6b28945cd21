using Cluster.Evaluation.Setup;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>When a request was worked on, by the clock of the process that reports it.</summary>
/// <param name="Began">Its begin.</param>
/// <param name="Ended">Its end.</param>
/// <param name="Stages">Its stages, one after the other.</param>
internal sealed record WorkTimes(DateTimeOffset Began, DateTimeOffset Ended, IReadOnlyList<StageTimes> Stages);

/// <summary>When a stage was entered and left.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Began">Its begin.</param>
/// <param name="Ended">Its end.</param>
internal sealed record StageTimes(WorkStage Stage, DateTimeOffset Began, DateTimeOffset Ended)
{
    public TimeSpan Duration => Ended - Began;
}
