using Cluster.Contract.V1;

namespace Cluster.Client.Watching;

/// <summary>The state of a watched job at one moment, for display.</summary>
/// <param name="Job">As it was last reported, with the events since.</param>
/// <param name="Elapsed">How long it has been running by now.</param>
/// <param name="Remaining">How long it will probably go on from now.</param>
/// <param name="Candidates">Candidates that events have mentioned, by state.</param>
/// <param name="Nodes">Null if the server did not answer.</param>
/// <param name="Last">The last events, the newest at the end.</param>
internal sealed record WatchPicture(
    Job Job,
    TimeSpan? Elapsed,
    TimeSpan? Remaining,
    IReadOnlyList<(CandidateState State, int Count)> Candidates,
    IReadOnlyList<Node>? Nodes,
    IReadOnlyList<string> Last);
