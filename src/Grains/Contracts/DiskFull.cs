namespace Cluster.Grains.Contracts;

/// <summary>Recognises a full disk at any depth in an exception.</summary>
public static class DiskFull
{
    // Linux: ENOSPC and EDQUOT, which .NET passes on unchanged.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>The error for a full disk that another process reported.</summary>
    public static IOException Error(string message) => new(message, NoSpace);

    /// <summary>Whether a full disk, or an exhausted quota, is the failure or its cause.</summary>
    public static bool Is(Exception failure) =>
        failure is IOException { HResult: NoSpace or QuotaExceeded } || (failure.InnerException is { } cause && Is(cause));
}
