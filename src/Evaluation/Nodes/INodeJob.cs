namespace Cluster.Evaluation.Nodes;

/// <summary>One open job in a process.</summary>
public interface INodeJob : IDisposable
{
    /// <summary>Runs an item; every failure is thrown.</summary>
    /// <param name="item">What to do.</param>
    /// <param name="state">The job, with a winner, if its files are to be made (<see cref="PublishItem"/>); else null.</param>
    /// <param name="stage">Receives each stage.</param>
    /// <param name="cancellation">Stops it.</param>
    Task<WorkResult> ExecuteAsync(WorkItem item, JobState? state, Action<WorkStage> stage, CancellationToken cancellation);
}
