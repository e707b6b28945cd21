using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cluster.Silo.Api;

/// <summary>Rejects calls without the token, if one is set. Health needs none: load balancers have no token.</summary>
internal sealed class TokenInterceptor(ApiOptions options) : Interceptor
{
    private const string Open = "/grpc.health.v1.Health/";
    private const string Scheme = "Bearer ";

    // Digests have equal lengths, so comparing them in constant time does not reveal the token's.
    private readonly byte[]? _expected = options.Token is { } token ? Digest(token) : null;

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(requestStream, responseStream, context);
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private void Require(ServerCallContext context)
    {
        if (_expected is null || context.Method.StartsWith(Open, StringComparison.Ordinal))
        {
            return;
        }

        var header = context.RequestHeaders.GetValue("authorization");
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw ApiError.Of(
                StatusCode.Unauthenticated,
                Reason.TokenMissing,
                "The call has no token where \"authorization: Bearer TOKEN\" is expected: use the token file of this cluster.");
        }

        if (!CryptographicOperations.FixedTimeEquals(_expected, Digest(header[Scheme.Length..].Trim())))
        {
            throw ApiError.Of(
                StatusCode.PermissionDenied,
                Reason.TokenWrong,
                "The call's token is not this cluster's: use the token file of this cluster.");
        }
    }
}
