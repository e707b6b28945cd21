using System.Net.Sockets;
using System.Security.Authentication;
using Google.Rpc;

namespace Cluster.Client.Remote;

/// <summary>A failed call, as a sentence and an exit code.</summary>
/// <param name="Code">The canonical code.</param>
/// <param name="Reason">The server's reason code, such as "JOB_UNKNOWN"; null if none was sent.</param>
/// <param name="Sentence">What happened and what to do.</param>
/// <param name="RetryDelay">The wait that the server asks for before another call.</param>
internal sealed record RpcFailure(StatusCode Code, string? Reason, string Sentence, TimeSpan? RetryDelay)
{
    private const string DetailsKey = "grpc-status-details-bin";

    // What a caller can do about each reason; the server's sentence says the rest.
    private static readonly Dictionary<string, string> Remedies = new(StringComparer.Ordinal)
    {
        ["JOB_UNKNOWN"] = "see ./cluster list",
        ["JOB_RUNNING"] = "end it first with ./cluster cancel",
        ["REQUEST_ID_REUSED"] = "leave --request-id out to submit another job",
        ["TOO_MANY_JOBS"] = "wait for one to end, or cancel one",
    };

    /// <summary>Whether the server is busy, and says when to retry.</summary>
    public bool IsBusy =>
        Code == StatusCode.ResourceExhausted && RetryDelay is not null && Reason is "TOO_MANY_CALLS" or "TOO_MANY_STREAMS";

    /// <summary>Whether the server is at work on the request and answers the next attempt.</summary>
    public bool IsUnderWay => Reason == "CHECK_UNDER_WAY";

    /// <summary>
    /// Whether the server got a stream without its first message. If the server closes a connection before it accepts the request,
    /// SocketsHttpHandler restarts the request on another connection, without the messages already written to the first.
    /// </summary>
    public bool HasLostItsBeginning => Code == StatusCode.InvalidArgument && Reason == "HEADER_MISSING";

    public int ExitCode => Code switch
    {
        _ when IsBusy => Terminal.ExitCode.Unavailable,
        _ when Code == StatusCode.NotFound || Reason == "DATA_MISSING" => Terminal.ExitCode.NotFound,

        // Else the request is valid, and the files or data that it refers to are not.
        StatusCode.InvalidArgument when Reason
            is not ("DATA_INVALID" or "MODEL_INVALID" or "DIGEST_MISMATCH" or "SIZE_MISMATCH") =>
            Terminal.ExitCode.Usage,
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => Terminal.ExitCode.Denied,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded => Terminal.ExitCode.Unavailable,
        _ => Terminal.ExitCode.Failed,
    };

    /// <summary>What happened, without what to do.</summary>
    public string Why => Sentence.Split(';')[0].TrimEnd('.');

    public RemoteException ToException() => new(Sentence, ExitCode);

    /// <summary>The failure behind a call's exception.</summary>
    public static RpcFailure Of(RpcException failure, Uri server)
    {
        var details = Details(failure);
        var info = First<ErrorInfo>(details);
        var request = First<BadRequest>(details);
        var retry = First<RetryInfo>(details);
        string? reason = info is { Reason.Length: > 0 } ? info.Reason : null;

        // Grpc.Net.Client calls some of it internal errors.
        var code = Distrust(failure) is null && Cut(failure) is null ? failure.StatusCode : StatusCode.Unavailable;
        return new RpcFailure(code, reason, Describe(failure, server, reason, request), retry?.RetryDelay?.ToTimeSpan());
    }

    /// <summary>Whether a stream ended because its connection broke, regardless of the transport's status.</summary>
    public static bool IsBrokenConnection(RpcException failure) =>
        failure.StatusCode == StatusCode.Unavailable
            || Causes(failure.Status.DebugException).Any(cause => cause is IOException or HttpRequestException or SocketException);

    private static AuthenticationException? Distrust(RpcException failure) =>
        Causes(failure.Status.DebugException).OfType<AuthenticationException>().FirstOrDefault();

    // The other side took the connection, and ended it without an answer: so it does where one side alone speaks TLS.
    private static string? Cut(RpcException failure) => failure.StatusCode is StatusCode.Unavailable or StatusCode.Internal
        && Causes(failure.Status.DebugException).LastOrDefault() is
            (IOException or HttpRequestException or ObjectDisposedException
            or SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted }) and var cause
        ? cause.Message.Split('\n')[0].Trim().TrimEnd('.')
        : null;

    private static string Describe(RpcException failure, Uri server, string? reason, BadRequest? request)
    {
        string said = failure.Status.Detail.Trim().TrimEnd('.');
        return failure.StatusCode switch
        {
            _ when Distrust(failure) is { } untrusted =>
                $"TLS with the server {server.OriginalString} failed ({Innermost(untrusted)}); a server without TLS is http://…; else name "
                + "the authority of its certificate with --ca, the name in that certificate with --server, and a certificate of yours with "
                + "--cert and --key where the server asks for one.",
            _ when Cut(failure) is { } cut =>
                $"the server {server.OriginalString} ended the connection without an answer ({cut}); write https://… if it has TLS, else "
                + "http://…, show a certificate with --cert and --key if it asks for one, and try again if it was about to stop.",
            StatusCode.Unavailable when Causes(failure.Status.DebugException).LastOrDefault() is { } cause =>
                $"the server {server.OriginalString} cannot be reached ({cause.Message.TrimEnd('.')}); start one with ./cluster "
                + "silo, or name another with --server.",
            StatusCode.Unavailable when reason == "CHECK_UNDER_WAY" =>
                $"the server {server.OriginalString} checks the job's files, or waits for a free slot to check them on; ask again.",
            StatusCode.Unavailable =>
                $"the server {server.OriginalString} is not available now ({Or(said, "it gave no reason")}); try again later.",
            StatusCode.DeadlineExceeded =>
                $"the server {server.OriginalString} did not answer in time; try again, or allow more with --timeout.",
            StatusCode.Unauthenticated =>
                $"the server {server.OriginalString} does not know who is asking ({Or(said, "no valid token")}); give a token "
                + "with --token-file or in the profile.",
            StatusCode.PermissionDenied => $"the server {server.OriginalString} denies it: {Or(said, "permission denied")}.",
            StatusCode.Unimplemented =>
                $"the server {server.OriginalString} does not know this call ({Or(said, "unimplemented")}); it is not a cluster "
                + "server, or one of another version.",
            var code => $"{Or(said, code.ToString())}{Violations(said, request)}{Because(reason)}.",
        };
    }

    private static string Violations(string said, BadRequest? request)
    {
        var missing = (request?.FieldViolations ?? []).Where(
            violation => !said.Contains(violation.Description.TrimEnd('.'), StringComparison.Ordinal));
        return string.Concat(missing.Select(violation => $"; {violation.Field}: {violation.Description.TrimEnd('.')}"));
    }

    private static string Because(string? reason) =>
        reason is null ? "" : Remedies.TryGetValue(reason, out string? remedy) ? $" ({reason}); {remedy}" : $" ({reason})";

    private static string Or(string text, string fallback) => text.Length > 0 ? text : fallback;

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    private static string Innermost(Exception exception) => Causes(exception).Last().Message.TrimEnd('.');

    private static Google.Rpc.Status? Details(RpcException failure)
    {
        try
        {
            return failure.Trailers.GetValueBytes(DetailsKey) is { } bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            // Details only add to code and message: unreadable ones are ignored.
            return null;
        }
    }

    private static T? First<T>(Google.Rpc.Status? status)
        where T : class, IMessage<T>, new() =>
        status?.Details.Select(detail => detail.TryUnpack(out T message) ? message : null).FirstOrDefault(message => message is not null);
}
