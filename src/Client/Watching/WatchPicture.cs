using Cluster.Contract.V1;

namespace Cluster.Client.Watching;

/// <summary>What is shown of a watched job at one moment.</summary>
/// <param name="Candidates">How many are in each state, of those that events told of.</param>
/// <param name="Nodes">Null where the server could not be asked.</param>
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
    IReadOnlyList<(CandidateState State, int Count)> Candidates,
    IReadOnlyList<Node>? Nodes,
    IReadOnlyList<string> Last);
