using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cluster.Silo.Tests.Hosting.Tls;

/// <summary>A server that listens as silos and gateways do, and has health and reflection alone.</summary>
internal sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HealthServer(WebApplication app) => _app = app;

    /// <summary>Its port for clients.</summary>
    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Its port of health alone.</summary>
    public int HealthPort => new Uri(_app.Urls.Last()).Port;

    public SiloMetrics Metrics => _app.Services.GetRequiredService<SiloMetrics>();

    public static async Task<HealthServer> StartAsync(ServerOptions options)
    {
        var builder = ServerHost.Create(options, tokens: null, silos: null, "test");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<SiloMetrics>();
        builder.Services.AddGrpc();
        builder.Services.AddGrpcHealthChecks().AddCheck("fine", () => HealthCheckResult.Healthy());
        builder.Services.AddGrpcReflection();
        var app = builder.Build();
        app.KeepHealthApart(options);
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new HealthServer(app);
    }

    /// <summary>Asks for health over a connection of its own: "Ok", or the error's code.</summary>
    /// <param name="scheme">http or https.</param>
    /// <param name="host">The host to name.</param>
    /// <param name="authority">PEM of whom the server's certificate has to be from; null: the machine's authorities.</param>
    /// <param name="identity">PEM of a certificate to show and its key.</param>
    public async Task<string> AskAsync(
        string scheme = "https", string host = "localhost", string? authority = null, (string Certificate, string Key)? identity = null)
    {
        using var own = identity is { } pem ? X509Certificate2.CreateFromPem(pem.Certificate, pem.Key) : null;
        using var handler = new SocketsHttpHandler { SslOptions = Options(authority, own) };
        using var channel = GrpcChannel.ForAddress($"{scheme}://{host}:{Port}", new GrpcChannelOptions { HttpHandler = handler });
        try
        {
            return $"{(await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())).Status}";
        }
        catch (RpcException refused)
        {
            return $"{refused.StatusCode}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static SslClientAuthenticationOptions Options(string? authority, X509Certificate2? own) => new()
    {
        CertificateChainPolicy = authority is null
            ? null
            : TrustedAuthorities.Policy(
                CertificateText.Authorities("test", authority, DateTimeOffset.UtcNow), TrustedAuthorities.ServerUse),
        ClientCertificateContext =
            own is null ? null : SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true),
    };
}
