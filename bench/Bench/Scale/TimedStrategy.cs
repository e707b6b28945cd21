using Cluster.Coordinator.Search;

namespace Cluster.Bench.Scale;

/// <summary>A strategy whose decisions are timed, while the process does nothing else.</summary>
internal sealed class TimedStrategy(ISearchStrategy inner) : ISearchStrategy
{
    /// <summary>The processor's time of each decision, and the results that there were before it.</summary>
    public List<(int Results, TimeSpan Time)> Decisions { get; } = [];

    public SearchStep Next(JobState state, CancellationToken cancellationToken = default)
    {
        var began = Environment.CpuUsage.TotalTime;
        var step = inner.Next(state, cancellationToken);
        Decisions.Add((state.Results.Count, Environment.CpuUsage.TotalTime - began));
        return step;
    }
}
