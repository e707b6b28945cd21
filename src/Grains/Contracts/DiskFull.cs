namespace Cluster.Grains.Contracts;

/// <summary>Recognises a full disk, however deep in an exception.</summary>
public static class DiskFull
{
    // Linux: ENOSPC and EDQUOT, which .NET passes on as they are.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>The error of a full disk that another process met.</summary>
    public static IOException Error(string message) => new(message, NoSpace);

    /// <summary>Whether a full disk, or a spent quota, is the failure or caused it.</summary>
    public static bool Is(Exception failure) =>
        failure is IOException { HResult: NoSpace or QuotaExceeded } || (failure.InnerException is { } cause && Is(cause));
}
