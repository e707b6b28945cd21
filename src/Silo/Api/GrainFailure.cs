using Orleans.Runtime;
using Orleans.Serialization;

namespace Cluster.Silo.Api;

/// <summary>Translates failures of grain calls for callers.</summary>
internal static class GrainFailure
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether the grain or its silo could not be reached, or reported its own problem; it will soon be active elsewhere, or answer. This
    /// includes cancellations other than the caller's, which is checked first.
    /// </summary>
    public static bool IsTransient(Exception exception) => IsSilent(exception) || exception is GrainProblemException;

    /// <summary>
    /// Whether there was no answer from the grain. This includes Orleans' own exceptions (a refused message, a directory being handed over)
    /// those of a broken connection, and what a silo of another version causes (<see cref="IsOfAnotherVersion"/>).
    /// </summary>
    public static bool IsSilent(Exception exception) => exception is OrleansException
        or TimeoutException
        or OperationCanceledException
        or ConnectionResetException
        or SocketException
        || IsOfAnotherVersion(exception);

    /// <summary>
    /// Whether the other side lacks a method, a type or a member of the call: servers of two versions run side by side during an upgrade.
    /// Asked again, a server of the caller's version may answer.
    /// </summary>
    public static bool IsOfAnotherVersion(Exception exception) => exception is SerializerException
        or MissingMemberException
        or (TypeLoadException and not DllNotFoundException and not EntryPointNotFoundException);

    /// <param name="problem">The problem in words for callers; null if unknown.</param>
    public static RpcException Unavailable(string? problem = null) =>
        ApiError.Later(
            StatusCode.Unavailable,
            Reason.ClusterUnavailable,
            problem ?? "A part of the cluster is unavailable: try again.",
            Soon);

    public static RpcException AnotherVersion() =>
        Unavailable("Servers of the cluster are of different versions, as during an upgrade: try again once it has ended.");

    public static RpcException StoreAway() =>
        Unavailable("The job store is unavailable: try again.");

    public static RpcException Draining() =>
        ApiError.Later(StatusCode.Unavailable, Reason.ServerDraining, "This server is about to stop: go on at another.", Soon);

    public static RpcException UnknownJob(string id) =>
        ApiError.Of(StatusCode.NotFound, Reason.JobUnknown, $"No job {id}.", ("job", id));

    public static RpcException Ended(string id, string? problem) =>
        ApiError.Of(
            StatusCode.FailedPrecondition,
            Reason.JobEnded,
            problem ?? $"The job {id} has ended: nothing was changed.",
            ("job", id));

    /// <summary>The error for a reply.</summary>
    public static RpcException Of(string id, JobReply reply) => reply.Outcome switch
    {
        JobReplyOutcome.Unknown => UnknownJob(id),
        JobReplyOutcome.Ended => Ended(id, reply.Problem),
        _ => Unavailable(reply.Problem ?? $"The job {id} cannot be reached: try again."),
    };
}
