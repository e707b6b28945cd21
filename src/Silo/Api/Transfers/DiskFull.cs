namespace Cluster.Silo.Api.Transfers;

/// <summary>Recognises a full disk, the one disk failure that callers can do something about.</summary>
internal static class DiskFull
{
    // Linux: ENOSPC and EDQUOT, which .NET passes on as they are.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    public static bool Is(IOException failure) => failure.HResult is NoSpace or QuotaExceeded;
}
