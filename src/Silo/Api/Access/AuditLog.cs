using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Access;

/// <summary>Logs who did what: each call that changes something (that needs more than <see cref="Role.Read"/>), with its outcome.</summary>
internal sealed partial class AuditLog(ILoggerFactory loggers)
{
    /// <summary>The category of these lines.</summary>
    public const string Category = "Cluster.Audit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <param name="context">The call.</param>
    /// <param name="request">Its message, or null if it has several.</param>
    /// <param name="response">Its answer, or null if there is none.</param>
    /// <param name="code">The status that the caller gets.</param>
    public void Tell(ServerCallContext context, IMessage? request, IMessage? response, StatusCode code)
    {
        var http = context.GetHttpContext();
        if (NeededRole.Of(http) > Role.Read)
        {
            LogCall(
                http.User.Identity?.Name ?? TokenHandler.Anyone,
                context.Peer,
                context.Method.TrimStart('/'),
                VisibleText.Clean(Subject(request, response)),
                Labels.Of(code));
        }
    }

    /// <summary>What a call was about: a proof is a job of its own, beside the one that it proves.</summary>
    internal static string Subject(IMessage? request, IMessage? response) => (request, response) switch
    {
        (V1.ProveJobRequest proved, V1.Job proof) => $"{Names.Short(proved.Name)} as {proof.Name}",
        _ => Names.Short(Subject(request) ?? Subject(response) ?? string.Empty),
    };

    private static string? Subject(IMessage? message) => message switch
    {
        V1.CreateJobResponse { Job: { } job } => job.Name,
        V1.UploadArtefactResponse { Artefact: { } artefact } => artefact.Name,
        { Descriptor: { } descriptor } when descriptor.FindFieldByName("name") is { } field => (string)field.Accessor.GetValue(message),
        _ => null,
    };

    [LoggerMessage(
        EventId = 2601,
        EventName = "audit.call",
        Level = LogLevel.Information,
        Message = "{Caller} from {Peer} called {Method} of '{Subject}': {Status}")]
    private partial void LogCall(string caller, string peer, string method, string subject, string status);
}
