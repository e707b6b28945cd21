using Cluster.Storage;
using Grpc.Core.Interceptors;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>
/// Wraps every call: its span, its duration, a status for every exception, and the audit log. Internal errors are logged, not shown to
/// callers. While the store of jobs does not answer, calls that need it are refused at once: each would wait until it gives up.
/// </summary>
internal sealed partial class CallInterceptor(
    ApiOptions options, StoreHealth store, SiloMetrics metrics, AuditLog audit, ILogger<CallInterceptor> logger) : Interceptor
{
    private static readonly string[] Stored = [V1.JobService.Descriptor.FullName, V1.ArtefactService.Descriptor.FullName];

    private const int IdDigits = 16;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, request, () => continuation(Bounded(request), context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, request: null, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, request, () => WithResult(continuation(Bounded(request), responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, request: null, () => WithResult(continuation(requestStream, responseStream, context)));

    private static TRequest Bounded<TRequest>(TRequest request)
    {
        if (request is IMessage message)
        {
            TextLimits.Require(message);
            UnknownFields.RequireNone(message);
        }

        return request;
    }

    private static async Task<bool> WithResult(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> RunAsync<T>(ServerCallContext context, object? request, Func<Task<T>> call)
    {
        var method = context.Method.TrimStart('/');
        using var activity = ClusterTracing.Call(
            method, context.RequestHeaders.GetValue("traceparent"), context.RequestHeaders.GetValue("tracestate"));
        var began = Stopwatch.GetTimestamp();
        var code = StatusCode.OK;
        object? response = null;
        try
        {
            var answer = store.IsAway && Stored.Contains(method.Split('/')[0], StringComparer.Ordinal)
                ? throw GrainFailure.StoreAway()
                : await call();
            response = answer;
            return answer;
        }
#pragma warning disable CA1031 // Every call ends with a status: an unexpected exception is logged and becomes INTERNAL.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            var error = Translate(thrown, context, method);
            code = error.StatusCode;
            if (IsOurs(code))
            {
                activity.Fail(Labels.Status(code), error.Status.Detail);
            }

            throw error;
        }
        finally
        {
            activity?.SetTag("rpc.response.status_code", Labels.Status(code));
            metrics.Called(method, Labels.Status(code), Stopwatch.GetElapsedTime(began), IsOurs(code) ? Labels.Status(code) : null);
            audit.Tell(context, request as IMessage, response as IMessage, code);
        }
    }

    // A caller's mistake is not an error of the server.
    private static bool IsOurs(StatusCode code) => code is StatusCode.Unknown
        or StatusCode.DeadlineExceeded
        or StatusCode.Unimplemented
        or StatusCode.Internal
        or StatusCode.Unavailable
        or StatusCode.DataLoss;

    private RpcException Translate(Exception thrown, ServerCallContext context, string method)
    {
        switch (thrown)
        {
            case RpcException known:
                return known;
            case OperationCanceledException when HeldToken.Refusal(context.GetHttpContext()) is { } refusal:
                return refusal;
            case var _ when context.CancellationToken.IsCancellationRequested:
                return context.Deadline <= DateTime.UtcNow
                    ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The call's deadline passed."))
                    : new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled by its caller."));
            case var _ when DiskFull.Is(thrown) || thrown is GrainProblemException { IsDiskFull: true }:
                LogDiskFull(method, thrown.Message);
                return ApiError.Later(
                    StatusCode.ResourceExhausted,
                    Reason.StoreFull,
                    "The disk of the server is full: delete jobs that are over, or ask its operator for room.",
                    TimeSpan.FromMinutes(1));
            case ForeignArtefactsException:
                return ApiError.Of(StatusCode.FailedPrecondition, Reason.ArtefactsNotOwned, options.Redact(thrown.Message));
            case StoreUnavailableException:
                LogStoreUnavailable(method, thrown.Message);
                return ApiError.Later(
                    StatusCode.Unavailable,
                    Reason.ClusterUnavailable,
                    "The artefact store is unavailable: try again.",
                    TimeSpan.FromSeconds(1));
            case JobStoreUnavailableException:
                LogUnreached(method, thrown.Message);
                return GrainFailure.StoreAway();
            case var _ when GrainFailure.IsOfAnotherVersion(thrown):
                LogAnotherVersion(method, $"{thrown.GetType().Name}: {thrown.Message}");
                return GrainFailure.AnotherVersion();
            case var _ when GrainFailure.IsTransient(thrown):
                LogUnreached(method, thrown.Message);
                var problem = thrown is GrainProblemException { IsForPeople: true } ? options.Redact(thrown.Message) : null;
                return GrainFailure.Unavailable(problem);
        }

        var id = Activity.Current?.TraceId.ToHexString() ?? RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);
        LogBroken(thrown, method, id);
        var sentence = thrown is JobException
            ? options.Redact(thrown.Message)
            : "Internal error: the server's log has details under this id.";
        return ApiError.Of(StatusCode.Internal, Reason.InternalError, sentence, ("id", id));
    }

    [LoggerMessage(
        EventId = 2203,
        EventName = "rpc.diskFull",
        Level = LogLevel.Error,
        Message = "{Method} found a disk of this server full: {Problem}")]
    private partial void LogDiskFull(string method, string problem);

    [LoggerMessage(
        EventId = 2207, EventName = "rpc.storeUnavailable", Level = LogLevel.Error, Message = "{Method} had no store of files: {Problem}")]
    private partial void LogStoreUnavailable(string method, string problem);

    [LoggerMessage(EventId = 2201, EventName = "rpc.broken", Level = LogLevel.Error, Message = "{Method} broke (id {Id})")]
    private partial void LogBroken(Exception thrown, string method, string id);

    [LoggerMessage(
        EventId = 2209,
        EventName = "rpc.anotherVersion",
        Level = LogLevel.Warning,
        Message = "{Method} met a silo of another version ({Problem}): end the upgrade")]
    private partial void LogAnotherVersion(string method, string problem);

    [LoggerMessage(
        EventId = 2202, EventName = "rpc.unreached", Level = LogLevel.Warning, Message = "{Method} did not reach a grain: {Problem}")]
    private partial void LogUnreached(string method, string problem);
}
