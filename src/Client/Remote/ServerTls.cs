using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Cluster.Terminal.Tls;

namespace Cluster.Client.Remote;

/// <summary>The trusted authorities for a server, and the client certificate.</summary>
/// <param name="Authorities">The authorities that must have issued its certificate; null: those of the machine.</param>
/// <param name="Identity">The client certificate; null for none.</param>
internal sealed record ServerTls(X509Certificate2Collection? Authorities, Identity? Identity)
{
    private const string Certificate = "--cert";
    private const string Key = "--key";

    /// <summary>Reads the files.</summary>
    /// <exception cref="UsageException">One is invalid, or only one of certificate and key is given.</exception>
    /// <exception cref="NotFoundException">One does not exist.</exception>
    public static ServerTls? Read(ServerFiles files, TimeProvider time)
    {
        var shown = NamedFile.Pair(Named(Certificate, files.Certificate), Named(Key, files.Key), (Certificate, Key));
        var now = time.GetUtcNow();
        var authorities = Named("--ca", files.Authorities) is { } trusted
            ? CertificateText.Authorities(trusted.Place, trusted.Read(), now)
            : null;
        var identity = shown is var (certificate, key)
            ? CertificateText.Identity((certificate.Place, certificate.Read()), (key.Place, key.Read()), now)
            : null;
        return authorities is null && identity is null ? null : new ServerTls(authorities, identity);
    }

    /// <summary>The same as options of a connection. The server's name must be in its certificate.</summary>
    public SslClientAuthenticationOptions Options() => new()
    {
        CertificateChainPolicy = Authorities is null ? null : TrustedAuthorities.Policy(Authorities, TrustedAuthorities.ServerUse),
        ClientCertificateContext =
            Identity is null ? null : SslStreamCertificateContext.Create(Identity.Certificate, Identity.Chain, offline: true),
    };

    private static NamedFile? Named(string option, string? path) => path is null ? null : new NamedFile(option, path);
}
