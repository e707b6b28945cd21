using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps candidates and other work to the contract.</summary>
internal static class CandidateMapping
{
    public static V1.Candidate ToContract(this CandidateView candidate, string job) => new()
    {
        Name = Names.Candidate(job, candidate.Number),
        Number = candidate.Number,
        State = SameNames.Of<V1.CandidateState>(candidate.Status),
        Plan = candidate.Plan.ToContract(),
        Purpose = candidate.Purpose,
        Evaluations = { candidate.Evaluations.Select(evaluation => evaluation.ToContract()) },
        Failure = candidate.Failure?.ToContract(candidate.FailedAttempts),
        Node = Node(candidate.Node),
        CreateTime = candidate.CreatedAt.ToTimestamp(),
        EndTime = candidate.EndedAt?.ToTimestamp(),
    };

    public static V1.WorkChanged ToContract(this WorkView work) => new()
    {
        Title = work.Title,
        Number = work.Sequence,
        State = SameNames.Of<V1.CandidateState>(work.Status),
        Node = Node(work.Node),
        Attempts = work.Attempts,
        Failure = work.Failure?.ToContract(work.Attempts),
    };

    private static string Node(string? node) => node is null ? string.Empty : Names.Node(node);
}
