using Orleans.Configuration;
using Orleans.Connections.Security;

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

    internal static void Accept(IConnectionBuilder connection, ServerIdentity identity) => RefusedServers.Tell(
        connection,
        () => connection.UseServerTls(Options(tls =>
        {
            // Required by the package, and not asked: the identity's options hold the certificate of the moment.
            tls.LocalServerCertificateSelector = (_, _) => null!;
            tls.OnAuthenticateAsServer = (context, options) => identity.AcceptServer(
                (SslServerAuthenticationOptions)options.SslServerAuthenticationOptions, RefusedServers.Judge(context));
        })));

    internal static void Connect(IConnectionBuilder connection, ServerIdentity identity) => RefusedServers.Tell(
        connection,
        () => connection.UseClientTls(Options(tls => tls.OnAuthenticateAsClient = (context, options) => identity.ConnectToServer(
            (SslClientAuthenticationOptions)options.SslClientAuthenticationOptions, RefusedServers.Judge(context)))));

    private static TlsOptions Options(Action<TlsOptions> authenticate)
    {
        // The package's own check would know neither our authorities nor the connection; the identity's options require a certificate.
        var tls = new TlsOptions { RemoteCertificateMode = RemoteCertificateMode.NoCertificate };
        authenticate(tls);
        return tls;
    }
}
