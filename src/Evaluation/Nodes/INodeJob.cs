using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;

namespace Cluster.Evaluation.Nodes;

/// <summary>One job that a process has at hand.</summary>
public interface INodeJob : IDisposable
{
    /// <summary>Does an item; whatever goes wrong is thrown.</summary>
    Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord>? records, Action<WorkStage> stage, CancellationToken cancellation);
}
