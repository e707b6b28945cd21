using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cluster.Client.Tests.Faking;

/// <summary>A server of the contract on a free port of the loopback address, with everything in memory.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app, FakeState state)
    {
        _app = app;
        State = state;
        Address = app.Urls.Single();
    }

    public string Address { get; }

    public FakeState State { get; }

    /// <summary>What its connections told their users.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    /// <param name="identity">PEM of its certificate and key; null: it encrypts nothing.</param>
    /// <param name="asks">Whether callers must show a certificate, too; none is believed.</param>
    public static async Task<FakeServer> StartAsync((string Certificate, string Key)? identity = null, bool asks = false)
    {
        var state = new FakeState();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            options => options.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls(identity is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0");
        if (identity is { } pem)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(options => options.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificate = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
                https.ClientCertificateMode = asks ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate;
            }));
        }

        builder.Services.AddSingleton(new FakeJobs(state)).AddSingleton(new FakeArtefacts(state)).AddSingleton(new FakeNodes(state));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<FakeJobs>();
        app.MapGrpcService<FakeArtefacts>();
        app.MapGrpcService<FakeNodes>();
        await app.StartAsync();
        return new FakeServer(app, state);
    }

    public ServerConnection Connect(InstantTime? time = null, params Uri[] others) =>
        new(
            new Endpoint(new Uri(Address), null) { Others = others },
            TimeSpan.FromSeconds(60),
            new ClientContext(_ => null, time ?? new InstantTime(), () => 0.5),
            Said.Enqueue);

    public async ValueTask DisposeAsync()
    {
        await State.End.CancelAsync();
        await _app.DisposeAsync();
        State.End.Dispose();
    }
}
