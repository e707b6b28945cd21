namespace Grpc.AspNetCore.Server;

/// <summary>Settings of all services of a server.</summary>
public class GrpcServiceOptions
{
    /// <summary>The largest response, in bytes; null for any.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>The largest request message, in bytes; null for any. 4 MiB unless set.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether callers see the messages of exceptions that are no <see cref="Core.RpcException"/>.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>What stands between the caller and the service, the outermost first.</summary>
    public InterceptorCollection Interceptors { get; } = [];
}
