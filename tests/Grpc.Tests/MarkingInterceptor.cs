using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cluster.Grpc.Tests;

/// <summary>Leaves its name in the trailers.</summary>
public sealed class MarkingInterceptor(string name) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        continuation(request, Mark(context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest,
        TResponse> continuation) =>
        continuation(requestStream, Mark(context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest,
        TResponse> continuation) =>
        continuation(request, responseStream, Mark(context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest,
        TResponse> continuation) =>
        continuation(requestStream, responseStream, Mark(context));

    private ServerCallContext Mark(ServerCallContext context)
    {
        string? before = context.UserState.TryGetValue("passed", out object? value) ? $"{value}," : "";
        context.UserState["passed"] = before + name;
        for (int i = context.ResponseTrailers.Count - 1; i >= 0; i--)
        {
            context.ResponseTrailers.RemoveAt(i);
        }

        context.ResponseTrailers.Add("x-passed", before + name);
        return context;
    }
}
