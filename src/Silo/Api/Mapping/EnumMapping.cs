using Cluster.Contract;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Views;
using Cluster.Coordinator.Work;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>
/// Maps Coordinator's closed sets to the contract, by name. A new member without a counterpart fails the tests that walk all members.
/// </summary>
internal static class EnumMapping
{
    public static V1.JobState ToState(this JobStatus status) => SameNames.Of<JobStatus, V1.JobState>(status);

    /// <summary>The status of a state, or null if there is none.</summary>
    public static JobStatus? ToStatus(this V1.JobState state) => SameNames.Find<V1.JobState, JobStatus>(state);

    public static V1.CandidateState ToState(this WorkStatus status) => SameNames.Of<WorkStatus, V1.CandidateState>(status);

    public static V1.FailureKind ToContract(this FailureKind kind) => SameNames.Of<FailureKind, V1.FailureKind>(kind);

    public static V1.EvaluationSource ToContract(this ResultSource source) => SameNames.Of<ResultSource, V1.EvaluationSource>(source);

    public static V1.WinnerKind ToContract(this WinnerKind kind) => SameNames.Of<WinnerKind, V1.WinnerKind>(kind);
}
