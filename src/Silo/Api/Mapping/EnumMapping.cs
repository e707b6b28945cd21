using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Views;
using Cluster.Coordinator.Work;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>
/// Closed sets of Coordinator as the contract has them. A new member without its case fails the tests that walk all
/// members.
/// </summary>
internal static class EnumMapping
{
    public static V1.JobState ToState(this JobStatus status) => status switch
    {
        JobStatus.Queued => V1.JobState.Queued,
        JobStatus.Running => V1.JobState.Running,
        JobStatus.Pausing => V1.JobState.Pausing,
        JobStatus.Paused => V1.JobState.Paused,
        JobStatus.Cancelling => V1.JobState.Cancelling,
        JobStatus.Cancelled => V1.JobState.Cancelled,
        JobStatus.Succeeded => V1.JobState.Succeeded,
        JobStatus.Failed => V1.JobState.Failed,
        JobStatus.Suspended => V1.JobState.Suspended,
        JobStatus.Preparing => V1.JobState.Preparing,
        JobStatus.Unschedulable => V1.JobState.Unschedulable,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, message: null),
    };

    /// <summary>The status of a state, or null where it is none.</summary>
    public static JobStatus? ToStatus(this V1.JobState state) =>
        Enum.GetValues<JobStatus>().Where(status => status.ToState() == state).Select(status => (JobStatus?)status).FirstOrDefault();

    public static V1.CandidateState ToState(this WorkStatus status) => status switch
    {
        WorkStatus.Queued => V1.CandidateState.Queued,
        WorkStatus.Running => V1.CandidateState.Running,
        WorkStatus.Succeeded => V1.CandidateState.Succeeded,
        WorkStatus.Failed => V1.CandidateState.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, message: null),
    };

    public static V1.FailureKind ToContract(this FailureKind kind) => kind switch
    {
        FailureKind.Unavailable => V1.FailureKind.Unavailable,
        FailureKind.HostLost => V1.FailureKind.HostLost,
        FailureKind.DeviceError => V1.FailureKind.DeviceError,
        FailureKind.LeaseExpired => V1.FailureKind.LeaseExpired,
        FailureKind.OutOfMemory => V1.FailureKind.OutOfMemory,
        FailureKind.DeadlineExceeded => V1.FailureKind.DeadlineExceeded,
        FailureKind.NativeCrash => V1.FailureKind.NativeCrash,
        FailureKind.NotFinite => V1.FailureKind.NotFinite,
        FailureKind.InvalidCandidate => V1.FailureKind.InvalidCandidate,
        FailureKind.UnsupportedOperator => V1.FailureKind.UnsupportedOperator,
        FailureKind.ParityRefused => V1.FailureKind.ParityRefused,
        FailureKind.Quarantined => V1.FailureKind.Quarantined,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    public static V1.EvaluationSource ToContract(this ResultSource source) => source switch
    {
        ResultSource.Measured => V1.EvaluationSource.Measured,
        ResultSource.Cache => V1.EvaluationSource.Cache,
        ResultSource.LatencyTable => V1.EvaluationSource.LatencyTable,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, message: null),
    };

    public static V1.WinnerKind ToContract(this WinnerKind kind) => kind switch
    {
        WinnerKind.Faster => V1.WinnerKind.Faster,
        WinnerKind.NothingFaster => V1.WinnerKind.NothingFaster,
        WinnerKind.NothingFeasible => V1.WinnerKind.NothingFeasible,
        WinnerKind.MostAccurate => V1.WinnerKind.MostAccurate,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };
}
