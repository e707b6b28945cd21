using System.Security.Cryptography.X509Certificates;
using Cluster.Terminal.Tls;
using Orleans.Connections.Security;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>
/// TLS among the servers of a cluster: each side shows a certificate of the cluster's own authority, which is issued to its
/// servers and to nobody else. Names in certificates are not compared, because silos meet by addresses that change.
/// </summary>
internal static class SiloTls
{
    /// <summary>Has both sides of each connection show and check certificates, in force as their files change.</summary>
    /// <param name="options">What is set.</param>
    /// <param name="identity">This server, with the authorities of the others.</param>
    public static void Configure(TlsOptions options, ServerIdentity identity)
    {
        // Checked by the package at the start; the selectors win from then on.
        options.LocalCertificate = identity.Certificate;
        options.LocalServerCertificateSelector = (_, _) => identity.Certificate;
        options.LocalClientCertificateSelector = (_, _, _, _, _) => identity.Certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation =
            (certificate, sent, _) => IsMember(certificate, sent?.ChainPolicy.ExtraStore, identity.Authorities!);
    }

    private static bool IsMember(
        X509Certificate2 certificate, X509Certificate2Collection? between, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = TrustedAuthorities.Policy(authorities, CertificateUse.Server | CertificateUse.Client);
        chain.ChainPolicy.ExtraStore.AddRange(between ?? []);
        return chain.Build(certificate);
    }
}
