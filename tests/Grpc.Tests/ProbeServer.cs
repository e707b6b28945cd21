using Cluster.Grpc.Tests.Probing;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Cluster.Grpc.Tests;

/// <summary>A server on a free port of the loopback address, with a channel to it.</summary>
public sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProbeServer(WebApplication app, ProbeLog log, GrpcChannelOptions? channelOptions)
    {
        _app = app;
        Log = log;
        Address = app.Urls.Single();
        Channel = GrpcChannel.ForAddress(Address, channelOptions ?? new GrpcChannelOptions());
        Client = new Probe.ProbeClient(Channel);
    }

    public string Address { get; }

    public GrpcChannel Channel { get; }

    public Probe.ProbeClient Client { get; }

    public ProbeLog Log { get; }

    public static async Task<ProbeServer> StartAsync(
        Action<GrpcServiceOptions>? configure = null, GrpcChannelOptions? channelOptions = null)
    {
        var log = new ProbeLog();
        var builder = NewBuilder();
        builder.Services.AddSingleton(log);
        builder.Services.AddGrpc(options => configure?.Invoke(options));
        builder.Services.AddGrpcHealthChecks(options => options.Services.Map("probe.Probe", check => check.Tags.Contains("probe")))
            .AddCheck("probe", () => HealthCheckResult.Healthy(), ["probe"]);
        builder.Services.AddGrpcReflection();
        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        await app.StartAsync();
        return new ProbeServer(app, log, channelOptions);
    }

    /// <summary>A host that serves HTTP/2 alone and logs nothing.</summary>
    public static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);

            // The package lifts Kestrel's limit of 30 MB for streamed requests only.
            options.Limits.MaxRequestBodySize = null;
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }

    /// <summary>Begins to stop the server; ends when it has.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Log.GoOn.TrySetResult();
        Channel.Dispose();
        await _app.DisposeAsync();
    }
}
