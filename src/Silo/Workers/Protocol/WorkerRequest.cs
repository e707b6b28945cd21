using System.Text.Json.Serialization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Nodes;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>What a silo sends to its child; a closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(BeginRequest), "begin")]
[JsonDerivedType(typeof(EvaluateRequest), "evaluate")]
[JsonDerivedType(typeof(JournalPage), "journal")]
[JsonDerivedType(typeof(CancelRequest), "cancel")]
internal abstract record WorkerRequest;

/// <summary>The first message: who asks, and how to work.</summary>
/// <param name="Protocol">See <see cref="MessageStream.Version"/>.</param>
/// <param name="Folders">Where to read and write.</param>
/// <param name="AllowSynthetic">Whether synthetic jobs are accepted.</param>
/// <param name="MemoryLimit">Bytes that were given, above which the process will be ended; 0 where none were.</param>
/// <param name="WorkingMemory">Bytes that its work should stay below.</param>
/// <param name="HeartbeatSeconds">How often to give a sign of life while at work.</param>
internal sealed record BeginRequest(
    int Protocol,
    NodeFolders Folders,
    bool AllowSynthetic,
    long MemoryLimit,
    long WorkingMemory,
    double HeartbeatSeconds) : WorkerRequest;

/// <summary>Do an item.</summary>
/// <param name="Id">Names the request in replies.</param>
/// <param name="JobId">The job's id.</param>
/// <param name="Job">The job, or null if it is that of the previous request.</param>
/// <param name="Item">The item.</param>
internal sealed record EvaluateRequest(long Id, string JobId, JobEntry? Job, WorkItem Item) : WorkerRequest;

/// <summary>
/// A part of a job's journal, ahead of the request for its files (<see cref="PublishItem"/>): a journal may be longer than a
/// message. It has no answer; the part that has the first record begins a new journal.
/// </summary>
/// <param name="Records">Records that follow those of the part before.</param>
internal sealed record JournalPage(IReadOnlyList<JournalRecord> Records) : WorkerRequest
{
    /// <summary>Records of a part, at most: some dozen kilobytes each.</summary>
    public const int Length = 256;

    /// <summary>The parts of a journal.</summary>
    public static IEnumerable<WorkerRequest> Of(IReadOnlyList<JournalRecord> records) =>
        records.Chunk(Length).Select(part => new JournalPage(part));
}

/// <summary>Stop a request; no effect if it has ended.</summary>
/// <param name="Id">The request.</param>
internal sealed record CancelRequest(long Id) : WorkerRequest;
