namespace Cluster.Grains.Jobs;

/// <summary>The phase of a job's grain: exactly one of these.</summary>
internal abstract record JobPhase
{
    private JobPhase()
    {
    }

    /// <summary>Whether the grain must stay active even without calls.</summary>
    public bool IsBusy => this is Beginning or Preparing or Cancelling or Running or Broken;

    /// <summary>Nothing is known about the job, except possibly that it does not run here.</summary>
    public sealed record Unread : JobPhase;

    /// <summary>The job is read from the store, and started if it has not ended.</summary>
    public sealed record Beginning(Task<JobReply> Reply) : JobPhase;

    /// <summary>Its files are being read and checked.</summary>
    public sealed record Preparing(PreparingJob Job) : JobPhase;

    /// <summary>It is being ended before it was prepared. False: it was prepared, or ended, before that.</summary>
    public sealed record Cancelling(Task<bool> Done) : JobPhase;

    /// <summary>Its loop runs.</summary>
    public sealed record Running(RunningJob Job) : JobPhase;

    /// <summary>Its journal could not be opened or written: a timer starts it again.</summary>
    public sealed record Broken : JobPhase;

    /// <summary>Another silo has its journal: this activation is about to be deactivated.</summary>
    public sealed record Superseded : JobPhase;

    /// <summary>It has ended.</summary>
    /// <param name="Journal">Its records, once they were read.</param>
    /// <param name="Refusal">Why it was impossible, if that was found here.</param>
    public sealed record Ended(IReadOnlyList<JournalRecord>? Journal = null, Carried? Refusal = null) : JobPhase;
}
