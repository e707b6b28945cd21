namespace Cluster.Coordinator.Search;

/// <summary>
/// A deterministic state machine over a job's journal: equal states give equal steps, independent of nodes and of the order in which
/// results arrived.
/// </summary>
public interface ISearchStrategy
{
    /// <summary>The next step, for a state whose proposed rounds are all complete.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Cancels a long decision; the next call starts it again.</param>
    SearchStep Next(JobState state, CancellationToken cancellationToken = default);
}
