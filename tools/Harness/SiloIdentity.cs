using System.Security.Cryptography.X509Certificates;

namespace Cluster.Harness;

/// <summary>With what a silo shows who it is, and whom it believes: PEM files.</summary>
/// <param name="Certificate">Its certificate.</param>
/// <param name="Key">The certificate's key.</param>
/// <param name="Authorities">Who issues certificates of silos.</param>
internal sealed record SiloIdentity(string Certificate, string Key, string Authorities)
{
    /// <summary>A silo's options for it.</summary>
    public IEnumerable<string> Arguments => ["--tls-cert", Certificate, "--tls-key", Key, "--silo-ca", Authorities];

    /// <summary>A client that believes the same authorities.</summary>
    public GrpcChannel Connect(string address)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Authorities);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }
}
