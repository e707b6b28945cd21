using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps services.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Makes an endpoint of each method of a service; other methods of it, and other services, are UNIMPLEMENTED.</summary>
    /// <typeparam name="TService">A class derived from a generated service base.</typeparam>
    /// <exception cref="InvalidOperationException">AddGrpc was not called, or the class is no service.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        var services = builder.ServiceProvider;
        var marker = services.GetService<ServerMarker>()
            ?? throw new InvalidOperationException(
                "Unable to find the required services. "
                + "Please add all the required services by calling 'IServiceCollection.AddGrpc' in the application startup code.");
        var binding = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException(
                $"{typeof(TService).Name} is not derived from a generated service base: it has no BindServiceMethodAttribute.");
        var generated = typeof(TService);
        while (generated.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is null)
        {
            generated = generated.BaseType!;
        }

        var bind = binding.BindType.GetMethod(
            binding.BindMethodName, BindingFlags.Public | BindingFlags.Static, [typeof(ServiceBinderBase), generated])
            ?? throw new InvalidOperationException(
                $"{binding.BindType} has no public static method {binding.BindMethodName} for {generated}.");
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server");
        var binder = new EndpointBinder<TService>(builder, services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value, logger);
        bind.Invoke(null, [binder, null]);
        MapUnimplemented(builder, marker, logger);
        return new GrpcServiceEndpointConventionBuilder(binder.Endpoints);
    }

    private static void MapUnimplemented(IEndpointRouteBuilder builder, ServerMarker marker, ILogger logger)
    {
        var options = builder.ServiceProvider.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        if (marker.UnknownServiceIsMapped)
        {
            return;
        }

        marker.UnknownServiceIsMapped = true;
        var pattern = RoutePatternFactory.Parse(
            "{unimplementedService}/{unimplementedMethod}",
            defaults: null,
            parameterPolicies: new RouteValueDictionary { ["unimplementedService"] = new CallConstraint() });
        builder.Map(pattern, async http =>
        {
            if (!await Admission.IsCallAsync(http))
            {
                return;
            }

            await using var call = new ServerCall(http, options, logger);
            string kind = builder.DataSources.SelectMany(source => source.Endpoints)
                .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName)
                .Contains(http.Request.RouteValues["unimplementedService"] as string, StringComparer.Ordinal) ? "Method" : "Service";
            await call.RunAsync(() => throw new RpcException(new Status(StatusCode.Unimplemented, $"{kind} is unimplemented.")));
        }).WithDisplayName("gRPC - Unimplemented");
    }
}
