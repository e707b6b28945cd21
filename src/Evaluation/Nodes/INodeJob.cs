using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;

namespace Cluster.Evaluation.Nodes;

/// <summary>One job that a process has at hand.</summary>
public interface INodeJob : IDisposable
{
    /// <summary>Does an item; whatever goes wrong is thrown.</summary>
    /// <param name="item">What to do.</param>
    /// <param name="state">The job, which has a winner, where its files are made (<see cref="PublishItem"/>); null otherwise.</param>
    /// <param name="stage">Told of each stage.</param>
    /// <param name="cancellation">Stops it.</param>
    Task<WorkResult> ExecuteAsync(WorkItem item, JobState? state, Action<WorkStage> stage, CancellationToken cancellation);
}
