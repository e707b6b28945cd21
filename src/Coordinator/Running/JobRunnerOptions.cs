using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Running;

/// <summary>What a run of a job may use; nothing here changes the winner.</summary>
public sealed record JobRunnerOptions
{
    /// <summary>Items done at once, at least 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Results of earlier jobs, or null for none.</summary>
    public IEvaluationCache? Cache { get; init; }

    /// <summary>Latencies of another run, or null to measure.</summary>
    public ILatencyTable? Latencies { get; init; }

    /// <summary>Whether the winner's files are made (<see cref="PublishItem"/>); otherwise only the decision is wanted.</summary>
    public bool Publishes { get; init; }

    /// <summary>
    /// Whether work runs on hosts that come and go: their failures are waited out, and attempts that outlived their
    /// coordinator are taken up.
    /// </summary>
    public bool Distributed { get; init; }

    /// <summary>
    /// Makes another strategy that decides as the job's does, to look ahead with; null where nothing is done before it is asked for.
    /// </summary>
    public Func<ISearchStrategy>? Ahead { get; init; }

    /// <summary>
    /// Told which timings of a round are about to be asked for, one after the other, by whoever may make them in one turn; null, as
    /// where each may be made on another machine: nobody.
    /// </summary>
    public Action<IReadOnlyList<LatencyItem>>? Timings { get; init; }

    /// <summary>Told of every step, or null.</summary>
    public IProgress<JobProgress>? Progress { get; init; }

    /// <summary>The clock of progress estimates.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
