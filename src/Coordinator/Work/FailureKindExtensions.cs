namespace Cluster.Coordinator.Work;

/// <summary>What each kind of failure allows.</summary>
public static class FailureKindExtensions
{
    /// <summary>Whether the failure says nothing about the candidate.</summary>
    public static bool IsInfrastructure(this FailureKind kind) =>
        kind is FailureKind.Unavailable or FailureKind.HostLost or FailureKind.DeviceError;

    /// <summary>How often an item that failed this way is tried again; zero where the next attempt could not differ.</summary>
    public static int Retries(this FailureKind kind) => kind switch
    {
        FailureKind.Unavailable or FailureKind.HostLost => 3,
        FailureKind.DeviceError or FailureKind.LeaseExpired => 2,
        FailureKind.OutOfMemory or FailureKind.DeadlineExceeded or FailureKind.NativeCrash => 1,
        _ => 0,
    };
}
