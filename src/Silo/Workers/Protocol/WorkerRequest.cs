namespace Cluster.Silo.Workers.Protocol;

/// <summary>The messages from a silo to its child; a closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(BeginRequest), "begin")]
[JsonDerivedType(typeof(EvaluateRequest), "evaluate")]
[JsonDerivedType(typeof(JournalPage), "journal")]
[JsonDerivedType(typeof(CancelRequest), "cancel")]
[JsonDerivedType(typeof(ScoresRequest), "scores")]
internal abstract record WorkerRequest;

/// <summary>The first message: the sender's version, and the settings for the work.</summary>
/// <param name="Protocol">See <see cref="MessageStream.Version"/>.</param>
/// <param name="Folders">Where to read and write.</param>
/// <param name="WorkingMemory">Bytes that its work should stay below.</param>
/// <param name="HeartbeatSeconds">How often to give a sign of life while at work.</param>
internal sealed record BeginRequest(int Protocol, NodeFolders Folders, long WorkingMemory, double HeartbeatSeconds) : WorkerRequest;

/// <summary>Run an item.</summary>
/// <param name="Id">Identifies the request in replies.</param>
/// <param name="JobId">The job's id.</param>
/// <param name="Job">The job, or null if it is the previous request's.</param>
/// <param name="Item">The item.</param>
internal sealed record EvaluateRequest(long Id, string JobId, JobEntry? Job, WorkItem Item) : WorkerRequest;

/// <summary>
/// A part of a job's journal, sent before the request for its files (<see cref="PublishItem"/>): a journal may be longer than a message. It
/// has no answer; the part with the first record starts a new journal.
/// </summary>
/// <param name="Records">Records that follow those of the part before.</param>
internal sealed record JournalPage(IReadOnlyList<JournalRecord> Records) : WorkerRequest
{
    /// <summary>The most records of a part: some dozen kilobytes each.</summary>
    public const int Length = 256;

    /// <summary>The parts of a journal.</summary>
    public static IEnumerable<WorkerRequest> Of(IReadOnlyList<JournalRecord> records) =>
        records.Chunk(Length).Select(part => new JournalPage(part));
}

/// <summary>Stop a request; no effect if it has ended.</summary>
/// <param name="Id">The request.</param>
internal sealed record CancelRequest(long Id) : WorkerRequest;

/// <summary>The answer to <see cref="ScoreReply"/>.</summary>
/// <param name="Id">The request that the predictions are made for.</param>
/// <param name="Numbers">One, or one for each sample; empty if there is a problem.</param>
/// <param name="Problem">Why there are none, in a sentence; null if there are.</param>
/// <param name="IsUnasked">Whether they could not be brought to the client, which is no problem of its own.</param>
internal sealed record ScoresRequest(long Id, IReadOnlyList<double> Numbers, string? Problem, bool IsUnasked = false) : WorkerRequest
{
    /// <summary>The digest of the predictions, if the work is put off until the client has scored them; null otherwise.</summary>
    public string? PutOff { get; init; }
}
