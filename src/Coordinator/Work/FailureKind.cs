namespace Cluster.Coordinator.Work;

/// <summary>Why an item has no result. Infrastructure kinds never end a candidate: its fate would depend on chance.</summary>
public enum FailureKind
{
    /// <summary>Infrastructure: the evaluator was drained, preempted or could not be reached.</summary>
    Unavailable,

    /// <summary>Infrastructure: the evaluator's host was lost without notice.</summary>
    HostLost,

    /// <summary>Infrastructure: the device failed.</summary>
    DeviceError,

    /// <summary>The evaluator stopped answering while its host was alive.</summary>
    LeaseExpired,

    /// <summary>The candidate needs more memory than there is.</summary>
    OutOfMemory,

    /// <summary>The candidate did not end in time.</summary>
    DeadlineExceeded,

    /// <summary>Native code crashed the evaluator's process.</summary>
    NativeCrash,

    /// <summary>The outputs hold NaN or infinity.</summary>
    NotFinite,

    /// <summary>The plan cannot be built.</summary>
    InvalidCandidate,

    /// <summary>The network itself cannot be executed, or the target does not support an operator in the requested precision.</summary>
    UnsupportedOperator,

    /// <summary>The artefact and its simulation disagree.</summary>
    ParityRefused,

    /// <summary>It crashed its evaluator's process twice; or hosts were lost while it ran, the last one while it ran alone there.</summary>
    Quarantined,

    /// <summary>Infrastructure: the job's client did not score the predictions, or not yet.</summary>
    Unscored,
}

/// <summary>What each kind of failure allows.</summary>
public static class FailureKindExtensions
{
    /// <summary>Whether the failure says nothing about the candidate.</summary>
    public static bool IsInfrastructure(this FailureKind kind) =>
        kind is FailureKind.Unavailable or FailureKind.HostLost or FailureKind.DeviceError or FailureKind.Unscored;

    /// <summary>How often an item that failed this way is retried; zero if the next attempt could not differ.</summary>
    public static int Retries(this FailureKind kind) => kind switch
    {
        FailureKind.Unavailable or FailureKind.HostLost => 3,
        FailureKind.DeviceError or FailureKind.LeaseExpired => 2,
        FailureKind.OutOfMemory or FailureKind.DeadlineExceeded or FailureKind.NativeCrash
            or FailureKind.UnsupportedOperator => 1,
        _ => 0,
    };
}
