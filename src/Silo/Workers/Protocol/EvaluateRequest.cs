using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>Do an item.</summary>
/// <param name="Id">Names the request in replies.</param>
/// <param name="JobId">The job's id.</param>
/// <param name="Job">The job, or null where it is that of the request before.</param>
/// <param name="Item">The item.</param>
/// <param name="Records">The job's journal where the item needs it.</param>
internal sealed record EvaluateRequest(long Id, string JobId, JobEntry? Job, WorkItem Item, IReadOnlyList<JournalRecord>? Records) : WorkerRequest;
