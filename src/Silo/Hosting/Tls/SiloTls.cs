using Orleans.Configuration;
using Orleans.Runtime.Messaging;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>
/// TLS among the servers of a cluster: each side shows a certificate of the cluster's own authority, which issues them to its servers only.
/// Names in certificates are not compared, because the addresses of silos change. Changed certificate files take effect from the next
/// connection.
/// </summary>
internal static class SiloTls
{
    /// <summary>Encrypts the ports of a silo for silos and gateways, and its connections to other silos.</summary>
    public static void Use(ISiloBuilder silo, ServerIdentity identity) => silo.Configure<SiloConnectionOptions>(connections =>
    {
        connections.ConfigureSiloInboundConnection(connection => Accept(connection, identity));
        connections.ConfigureGatewayInboundConnection(connection => Accept(connection, identity));
        connections.ConfigureSiloOutboundConnection(connection => Connect(connection, identity));
    });

    /// <summary>Encrypts the connections of a gateway to silos.</summary>
    public static void Use(IClientBuilder client, ServerIdentity identity) => client.Configure<ClientConnectionOptions>(
        connections => connections.ConfigureConnection(connection => Connect(connection, identity)));

    internal static void Accept(IConnectionBuilder connection, ServerIdentity identity) => connection.UseMiddleware(new TlsConnection(
        (tls, isMember, stop) => tls.AuthenticateAsServerAsync(identity.AcceptingServers(isMember), stop), LoggerOf(connection)));

    internal static void Connect(IConnectionBuilder connection, ServerIdentity identity) => connection.UseMiddleware(new TlsConnection(
        (tls, isMember, stop) => tls.AuthenticateAsClientAsync(identity.ConnectingServers(isMember), stop), LoggerOf(connection)));

    private static ILogger LoggerOf(IConnectionBuilder connection) =>
        connection.ApplicationServices.GetRequiredService<ILogger<TlsConnection>>();
}
