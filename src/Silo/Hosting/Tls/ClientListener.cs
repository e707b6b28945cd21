using System.Net;
using Cluster.Silo.Api.Transfers;
using Cluster.Silo.Page;
using Cluster.Silo.Telemetry;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>Where a server listens to clients, to browsers and to those who ask for its health.</summary>
internal static class ClientListener
{
    // Far more than a cluster has users; an idle one costs some 5 KB.
    private const int MostConnections = 10_000;

    // Slower requests than these are no clients'.
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>Opens the ports once the host starts.</summary>
    /// <param name="web">The host.</param>
    /// <param name="listen">Where clients connect.</param>
    /// <param name="page">Where browsers connect, or null for none.</param>
    /// <param name="encryption">How both are answered.</param>
    /// <exception cref="Terminal.NotFoundException">A file of a certificate is not there.</exception>
    /// <exception cref="Terminal.UsageException">A file of a certificate is wrong.</exception>
    public static void ListenToClients(this IWebHostBuilder web, IPEndPoint listen, IPEndPoint? page, Encryption encryption)
    {
        var identity = encryption.Load();
        var connections = new StreamLimit(MostConnections, "connections");
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

            kestrel.Listen(listen, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                Guard(endpoint);
            });
            if (encryption.HealthPort is { } port)
            {
                kestrel.Listen(listen.Address, port, endpoint =>
                {
                    endpoint.Protocols = HttpProtocols.Http2;
                    endpoint.MarkAs(Door.Health);
                });
            }

            if (page is not null)
            {
                kestrel.ListenForPage(page, Guard);
            }
        });

        void Guard(ListenOptions endpoint)
        {
            endpoint.Use(next => connection => connections.CountAsync(connection, next));
            if (identity is not null)
            {
                endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(identity.ForClients()) });
            }
        }
    }

    /// <summary>Keeps the port of health to health; before anything else is asked of a call.</summary>
    public static void KeepHealthApart(this WebApplication server, Encryption encryption)
    {
        if (encryption.HealthPort is not null)
        {
            server.Use((call, next) => !call.CameBy(Door.Health) || CallLimit.IsHealth(call)
                ? next(call)
                : Refusal.SendAsync(
                    call,
                    new RpcException(new Status(
                        StatusCode.Unimplemented,
                        $"Port {call.Connection.LocalPort} answers for the server's health alone: call the port of --listen."))));
        }
    }
}
