using System.Net.Sockets;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.Server;

/// <summary>A served call as its service sees it.</summary>
internal sealed class HttpServerCallContext(ServerCall call) : ServerCallContext
{
    private Metadata? _requestHeaders;

    public HttpContext HttpContext => call.Http;

    protected override string MethodCore => HttpContext.Request.Path.Value ?? "";

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = HttpContext.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
                var address => $"ipv4:{address}:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => call.Deadline;

    protected override Metadata RequestHeadersCore
    {
        get
        {
            if (_requestHeaders is null)
            {
                var headers = new Metadata();
                foreach (var (key, values) in HttpContext.Request.Headers)
                {
                    if (Names.IsMetadata(key))
                    {
                        MetadataText.AddTo(headers, key, values);
                    }
                }

                _requestHeaders = headers;
            }

            return _requestHeaders;
        }
    }

    protected override CancellationToken CancellationTokenCore => call.Cancellation;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => call.SendHeadersAsync(responseHeaders);
}
