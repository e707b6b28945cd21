namespace Cluster.Coordinator.Running;

/// <summary>The resources of a job's run; none of them changes the winner.</summary>
public sealed record JobRunnerOptions
{
    /// <summary>Items done at once, at least 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Results of earlier jobs, or null for none.</summary>
    public IEvaluationCache? Cache { get; init; }

    /// <summary>Latencies of another run, or null to measure.</summary>
    public ILatencyTable? Latencies { get; init; }

    /// <summary>Labels given by a person, or null for none.</summary>
    public ILabels? Labels { get; init; }

    /// <summary>Whether the winner's files are made (<see cref="PublishItem"/>); otherwise only the decision is needed.</summary>
    public bool Publishes { get; init; }

    /// <summary>
    /// Whether work runs on hosts that come and go: their failures are waited out, and attempts that outlived their coordinator are
    /// continued.
    /// </summary>
    public bool Distributed { get; init; }

    /// <summary>Makes another strategy that decides like the job's, for speculative execution; null: none.</summary>
    public Func<ISearchStrategy>? Speculative { get; init; }

    /// <summary>
    /// Announces a round's timings that will be requested one after another, so that they can be made in one turn; null if each may be made
    /// on another machine.
    /// </summary>
    public Action<IReadOnlyList<LatencyItem>>? Timings { get; init; }

    /// <summary>How long work of this run has waited for the machine, which is no part of the job's minutes; null: it never does.</summary>
    public Func<TimeSpan>? Waited { get; init; }

    /// <summary>Receives every step, or null.</summary>
    public IProgress<JobProgress>? Progress { get; init; }

    /// <summary>Whether <see cref="Progress"/> receives a <see cref="SearchPicture"/>, which takes a look at every plan.</summary>
    public bool Pictures { get; init; }

    /// <summary>The clock of progress estimates.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
