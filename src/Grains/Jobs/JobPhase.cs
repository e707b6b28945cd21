using Cluster.Coordinator.Journal;
using Cluster.Grains.Contracts;

namespace Cluster.Grains.Jobs;

/// <summary>What a job's grain is at: one of these and nothing else.</summary>
internal abstract record JobPhase
{
    private JobPhase()
    {
    }

    /// <summary>Whether the grain has to stay active even if no call comes.</summary>
    public bool IsBusy => this is Beginning or Preparing or Cancelling or Running or Broken;

    /// <summary>Nothing is known of the job, or only that it does not run here.</summary>
    public sealed record Unread : JobPhase;

    /// <summary>The store is asked for the job, which is begun where it is not over.</summary>
    public sealed record Beginning(Task<JobReply> Reply) : JobPhase;

    /// <summary>Its files are read and checked.</summary>
    public sealed record Preparing(PreparingJob Job) : JobPhase;

    /// <summary>It is ended before it was prepared. False: it was prepared, or ended, before that.</summary>
    public sealed record Cancelling(Task<bool> Done) : JobPhase;

    /// <summary>Its loop runs.</summary>
    public sealed record Running(RunningJob Job) : JobPhase;

    /// <summary>Its journal could not be opened or written: a timer begins it again.</summary>
    public sealed record Broken : JobPhase;

    /// <summary>Another silo has its journal: this activation is about to go.</summary>
    public sealed record Superseded : JobPhase;

    /// <summary>It is over.</summary>
    /// <param name="Journal">Its records, once somebody has read them.</param>
    /// <param name="Refusal">Why it could not be, where that was found here.</param>
    public sealed record Ended(IReadOnlyList<JournalRecord>? Journal = null, Carried? Refusal = null) : JobPhase;
}
