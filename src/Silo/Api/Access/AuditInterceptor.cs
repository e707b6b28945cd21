using Grpc.Core.Interceptors;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Access;

/// <summary>Logs who did what: each call that changes something (that needs more than <see cref="Role.Read"/>), with its outcome.</summary>
internal sealed partial class AuditInterceptor(ILoggerFactory loggers) : Interceptor
{
    /// <summary>The category of these lines.</summary>
    public const string Category = "Cluster.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, request as IMessage, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, request: null, () => continuation(requestStream, context));

    private async Task<TResponse> RunAsync<TResponse>(ServerCallContext context, IMessage? request, Func<Task<TResponse>> call)
    {
        var http = context.GetHttpContext();
        if (NeededRole.Of(http) is null or Role.Read)
        {
            return await call();
        }

        var code = StatusCode.Unknown;
        string subject = Subject(request);
        try
        {
            var response = await call();
            code = StatusCode.OK;
            subject = subject.Length > 0 ? subject : Subject(response as IMessage);
            return response;
        }
        catch (RpcException refused)
        {
            code = refused.StatusCode;
            throw;
        }
        finally
        {
            LogCall(
                http.User.Identity?.Name ?? TokenHandler.Anyone,
                context.Peer,
                context.Method.TrimStart('/'),
                VisibleText.Clean(Names.Short(subject)),
                Labels.Of(code));
        }
    }

    private static string Subject(IMessage? message) => message switch
    {
        V1.CreateJobRequest => string.Empty,
        V1.CreateJobResponse { Job: { } job } => job.Name,
        V1.UploadArtefactResponse { Artefact: { } artefact } => artefact.Name,
        { Descriptor: { } descriptor } when descriptor.FindFieldByName("name") is { } field => (string)field.Accessor.GetValue(message),
        _ => string.Empty,
    };

    [LoggerMessage(
        EventId = 2601,
        EventName = "audit.call",
        Level = LogLevel.Information,
        Message = "{Caller} from {Peer} called {Method} of '{Subject}': {Status}")]
    private partial void LogCall(string caller, string peer, string method, string subject, string status);
}
