namespace Cluster.Coordinator.Search;

/// <summary>
/// A deterministic state machine over a job's journal: equal states give equal steps, whichever node did the work and in
/// whatever order it arrived.
/// </summary>
public interface ISearchStrategy
{
    /// <summary>What to do next, given a state whose proposed rounds are all complete.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Ends a decision that takes long; the next call decides anew.</param>
    SearchStep Next(JobState state, CancellationToken cancellationToken = default);
}
