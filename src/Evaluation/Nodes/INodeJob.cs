using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;

namespace Cluster.Evaluation.Nodes;

/// <summary>One job that a process has at hand.</summary>
public interface INodeJob : IDisposable
{
    /// <summary>Measures an item; whatever goes wrong is thrown.</summary>
    Task<WorkResult> ExecuteAsync(WorkItem item, Action<WorkStage> stage, CancellationToken cancellation);

    /// <summary>Makes the files of the job, whose state has a winner; whatever goes wrong is thrown.</summary>
    Task<Publication> PublishAsync(JobEntry job, JobState state, Action<WorkStage> stage, CancellationToken cancellation);
}
