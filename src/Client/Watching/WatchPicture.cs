using Cluster.Contract.V1;

namespace Cluster.Client.Watching;

/// <summary>The state of a watched job at one moment, for display.</summary>
/// <param name="BestMisses">Whether the best candidate misses a bound, like all others so far.</param>
/// <param name="Candidates">Candidates that events have mentioned, by state.</param>
/// <param name="Nodes">Null if the server did not answer.</param>
/// <param name="Last">The last events, the newest at the end.</param>
internal sealed record WatchPicture(
    string Name,
    string DisplayName,
    JobState State,
    string Reason,
    string Position,
    TimeSpan? Elapsed,
    TimeSpan? Remaining,
    string Purpose,
    Candidate? Best,
    bool BestMisses,
    IReadOnlyList<(CandidateState State, int Count)> Candidates,
    IReadOnlyList<Node>? Nodes,
    IReadOnlyList<string> Last);
