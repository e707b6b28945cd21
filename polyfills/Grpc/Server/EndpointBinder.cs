using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.Server;

/// <summary>Makes an endpoint of each method of a service. The generated code names the methods; the service's class has them.</summary>
internal sealed class EndpointBinder<TService>(IEndpointRouteBuilder routes, GrpcServiceOptions options, ILogger logger) : ServiceBinderBase
    where TService : class
{
    public List<IEndpointConventionBuilder> Endpoints { get; } = [];

    private delegate Task<TResponse> Unary<TRequest, TResponse>(TService service, TRequest request, ServerCallContext context);

    private delegate Task<TResponse> ClientStreaming<TRequest, TResponse>(
        TService service, IAsyncStreamReader<TRequest> requests, ServerCallContext context);

    private delegate Task ServerStreaming<TRequest, TResponse>(
        TService service, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context);

    private delegate Task DuplexStreaming<TRequest, TResponse>(
        TService service, IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context);

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Find(method, typeof(TRequest), typeof(ServerCallContext)).CreateDelegate<Unary<TRequest, TResponse>>();
        Map(method, async (call, service) =>
        {
            var request = await call.Reader.ReadSingleAsync(method.RequestMarshaller.ContextualDeserializer, call.Cancellation);
            var handle = Intercepted<UnaryServerMethod<TRequest, TResponse>>(
                call,
                (message, context) => invoke(service, message, context),
                (interceptor, next) => (message, context) => interceptor.UnaryServerHandler(message, context, next));
            await RespondAsync(call, method, await handle(request, call.Context));
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Find(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext))
            .CreateDelegate<ClientStreaming<TRequest, TResponse>>();
        Map(method, async (call, service) =>
        {
            var handle = Intercepted<ClientStreamingServerMethod<TRequest, TResponse>>(
                call,
                (requests, context) => invoke(service, requests, context),
                (interceptor, next) => (requests, context) => interceptor.ClientStreamingServerHandler(requests, context, next));
            await RespondAsync(call, method, await handle(Requests(call, method), call.Context));
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Find(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext))
            .CreateDelegate<ServerStreaming<TRequest, TResponse>>();
        Map(method, async (call, service) =>
        {
            var request = await call.Reader.ReadSingleAsync(method.RequestMarshaller.ContextualDeserializer, call.Cancellation);
            var handle = Intercepted<ServerStreamingServerMethod<TRequest, TResponse>>(
                call,
                (message, responses, context) => invoke(service, message, responses, context),
                (interceptor, next) =>
                    (message, responses, context) => interceptor.ServerStreamingServerHandler(message, responses, context, next));
            await handle(request, Responses(call, method), call.Context);
        });
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Find(method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext))
            .CreateDelegate<DuplexStreaming<TRequest, TResponse>>();
        Map(method, (call, service) =>
        {
            var handle = Intercepted<DuplexStreamingServerMethod<TRequest, TResponse>>(
                call,
                (requests, responses, context) => invoke(service, requests, responses, context),
                (interceptor, next) =>
                    (requests, responses, context) => interceptor.DuplexStreamingServerHandler(requests, responses, context, next));
            return handle(Requests(call, method), Responses(call, method), call.Context);
        });
    }

    private static MethodInfo Find(IMethod method, params Type[] parameters) =>
        typeof(TService).GetMethod(method.Name, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService)} has no public method {method.Name} for {method.FullName}.");

    private static RequestStream<TRequest> Requests<TRequest, TResponse>(ServerCall call, Method<TRequest, TResponse> method)
        where TRequest : class => new(call, method.RequestMarshaller.ContextualDeserializer);

    private static ResponseStream<TResponse> Responses<TRequest, TResponse>(ServerCall call, Method<TRequest, TResponse> method)
        where TResponse : class => new(call, method.ResponseMarshaller.ContextualSerializer);

    private static Task RespondAsync<TRequest, TResponse>(ServerCall call, Method<TRequest, TResponse> method, TResponse? response)
        where TResponse : class => response is null
            ? throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."))
            : call.WriteAsync(response, method.ResponseMarshaller.ContextualSerializer, flush: false);

    private THandler Intercepted<THandler>(ServerCall call, THandler innermost, Func<Interceptor, THandler, THandler> around) =>
        options.Interceptors.Reverse().Aggregate(innermost, (next, registration) => around(registration.Resolve(call.Http), next));

    private void Map(IMethod method, Func<ServerCall, TService, Task> serve)
    {
        var endpoint = routes.MapPost(method.FullName, async http =>
        {
            if (!await Admission.IsCallAsync(http))
            {
                return;
            }

            await using var call = new ServerCall(http, options, logger);
            call.LiftBodyLimits();
            await call.RunAsync(() => ServiceActivator<TService>.UseAsync(http.RequestServices, service => serve(call, service)));
        });
        endpoint.Add(builder =>
        {
            builder.DisplayName = $"gRPC - {method.FullName}";
            foreach (object attribute in typeof(TService).GetCustomAttributes(inherit: true))
            {
                builder.Metadata.Add(attribute);
            }

            foreach (
                object attribute in typeof(TService).GetMethods().Where(candidate => candidate.Name == method.Name)
                    .SelectMany(candidate => candidate.GetCustomAttributes(inherit: true)))
            {
                builder.Metadata.Add(attribute);
            }

            builder.Metadata.Add(new GrpcMethodMetadata(typeof(TService), method));
        });
        Endpoints.Add(endpoint);
    }
}
