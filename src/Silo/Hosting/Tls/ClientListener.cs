using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>Opens the server's ports for clients, for browsers and for health checks.</summary>
internal static class ClientListener
{
    // Far more than a cluster has users; an idle connection costs some 5 KB.
    private const int MostConnections = 10_000;

    // Probes and balancers, which close what they have asked.
    private const int MostProbes = 200;

    // No client sends requests more slowly than this.
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>Opens the ports once the host starts.</summary>
    /// <param name="web">The host.</param>
    /// <param name="options">Their addresses, and the TLS settings for clients and browsers.</param>
    /// <exception cref="Terminal.NotFoundException">A certificate file does not exist.</exception>
    /// <exception cref="Terminal.UsageException">A certificate file is not valid.</exception>
    public static void ListenToClients(this IWebHostBuilder web, ServerOptions options)
    {
        var identity = options.Encryption.Load();
        var connections = new ConnectionLimit(MostConnections);
        var probes = new ConnectionLimit(MostProbes);
        web.UseKestrelHttpsConfiguration();
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = LeastRate;
            if (identity is not null)
            {
                identity.LogTo(kestrel.ApplicationServices);
                if (kestrel.ApplicationServices.GetService<SiloMetrics>() is { } metrics)
                {
                    identity.ShowTo(metrics, "client_ca");
                }
            }

            kestrel.Listen(options.Listen, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                Guard(endpoint);
            });
            if (options.HealthPort is { } port)
            {
                kestrel.Listen(options.Listen.Address, port, endpoint =>
                {
                    endpoint.Protocols = HttpProtocols.Http2;
                    endpoint.Use(next => connection => probes.ServeAsync(connection, next));
                    endpoint.MarkAs(ListenerRole.Health);
                });
            }

            if (options.Page is { } page)
            {
                kestrel.ListenForPage(page, Guard);
            }
        });

        void Guard(ListenOptions endpoint)
        {
            endpoint.Use(next => connection => connections.ServeAsync(connection, next));
            if (identity is not null)
            {
                endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(identity.ForClients()) });
            }
        }
    }

    /// <summary>Restricts the health port to health; runs before all other checks of a call.</summary>
    public static void KeepHealthApart(this WebApplication server, ServerOptions options)
    {
        if (options.HealthPort is not null)
        {
            server.Use((call, next) => !call.CameBy(ListenerRole.Health) || CallLimit.IsHealth(call)
                ? next(call)
                : Refusal.SendAsync(
                    call,
                    new RpcException(new Status(
                        StatusCode.Unimplemented,
                        $"Port {call.Connection.LocalPort} answers for the server's health alone: call the port of --listen."))));
        }
    }
}
