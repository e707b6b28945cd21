using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api;

/// <summary>
/// Adds the services to a host that has an <c>IGrainFactory</c>, an <c>IJobStore</c>, and an <c>IArtefactStore</c> with its
/// <c>IArtefactClaims</c>. Health and reflection come with them.
/// </summary>
internal static class ClusterApi
{
    /// <summary>The health service that only says that this process answers, even while it drains.</summary>
    public const string Liveness = "liveness";

    private const string Server = "server";
    private const string Store = "store";

    public static IServiceCollection AddClusterApi(this IServiceCollection services, ApiOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SiloMetrics>();
        services.TryAddSingleton<GrainOptions>();
        services.TryAddSingleton<ClusterNodes>();
        services.AddSingleton<TransferLimits>();
        services.AddSingleton<ServerState>().AddSingleton<StoreHealth>().AddSingleton<PageTokens>().AddSingleton<JobFeeds>();
        services.AddSingleton<JobReader>()
            .AddSingleton<JobCreation>()
            .AddSingleton<JobLists>()
            .AddSingleton<JobControlCalls>()
            .AddSingleton<LabelCalls>()
            .AddSingleton<PredictionCalls>()
            .AddSingleton<SolveCalls>()
            .AddSingleton<JobWatcher>()
            .AddSingleton<NamedArtefacts>()
            .AddSingleton<ArtefactAccess>()
            .AddSingleton<TenantQuotas>()
            .AddSingleton<JobRemoval>()
            .AddSingleton<IJobRemoval>(provider => provider.GetRequiredService<JobRemoval>())
            .AddSingleton<UnnamedFiles>()
            .AddSingleton<Collector>()
            .AddSingleton<CollectionCalls>();
        services.AddAuthentication(TokenHandler.Name).AddScheme<AuthenticationSchemeOptions, TokenHandler>(TokenHandler.Name, null);
        services.AddAuthorization();
        services.AddSingleton<CallInterceptor>().AddSingleton<AuditLog>();
        services.AddGrpc(grpc =>
            {
                grpc.Interceptors.Add<CallInterceptor>();
                grpc.MaxReceiveMessageSize = MessageLimits.Usual;
            })
            .AddServiceOptions<JobGrpcService>(jobs => jobs.MaxReceiveMessageSize = MessageLimits.LargestOf(V1.JobService.Descriptor))
            .AddServiceOptions<ArtefactGrpcService>(
                artefacts => artefacts.MaxReceiveMessageSize = MessageLimits.LargestOf(V1.ArtefactService.Descriptor));

        // A compressed message would be unpacked without a limit. gRPC adds its own means to an empty list.
        services.PostConfigure<GrpcServiceOptions>(grpc => grpc.CompressionProviders.Clear());
        services.AddGrpcHealthChecks(health =>
        {
            foreach (var service in new[] { V1.JobService.Descriptor, V1.NodeService.Descriptor, V1.ArtefactService.Descriptor })
            {
                health.Services.Map(service.FullName, check => check.Name is Server or Store);
            }

            health.Services.Map(Liveness, check => string.Equals(check.Name, Liveness, StringComparison.Ordinal));
        }).AddCheck<ServerState>(Server).AddCheck<StoreHealth>(Store).AddCheck(Liveness, static () => HealthCheckResult.Healthy());

        // Health checks notice within seconds that the server drains.
        services.Configure<HealthCheckPublisherOptions>(publisher =>
        {
            publisher.Delay = TimeSpan.Zero;
            publisher.Period = TimeSpan.FromSeconds(1);
        });
        services.AddGrpcReflection();
        services.AddCallLimit(options);
        return services;
    }

    /// <summary>Makes the host answer calls, within the limit of each caller.</summary>
    public static WebApplication MapClusterApi(this WebApplication routes)
    {
        // In this order: refusals are reported by route.
        routes.UseRouting();
        routes.Use(next => call => UnreadMessages.AnswerAsync(call, next));
        routes.UseRateLimiter();
        routes.UseAuthentication();
        routes.UseAuthorization();
        routes.Use(next => call =>
        {
            ConnectionLimit.KeepIfKnown(call);
            return next(call);
        });
        routes.Use(next => call => HeldToken.AnswerAsync(call, next));
        routes.Use(next => call => MessageLimits.AnswerAsync(call, next));
        routes.MapGrpcService<JobGrpcService>();
        routes.MapGrpcService<NodeGrpcService>();
        routes.MapGrpcService<ArtefactGrpcService>().Add(EarlyAnswers.Follow);
        routes.MapGrpcHealthChecksService();
        routes.MapGrpcReflectionService().RequireAuthorization(new AuthorizeAttribute { Roles = nameof(Role.Read) });
        return routes;
    }
}
