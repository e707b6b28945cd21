using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cluster.Grpc.Tests;

/// <summary>Makes a status of an exception.</summary>
public sealed class TranslatingInterceptor : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (InvalidOperationException exception)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, exception.Message));
        }
    }
}
