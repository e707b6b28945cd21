using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Cluster.Silo.Telemetry;
using Cluster.Terminal.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>
/// The certificates of a server, in force from the next connection on when their files change. Thread-safe.
/// </summary>
/// <param name="files">The files, read at once.</param>
/// <param name="time">The clock.</param>
/// <exception cref="Terminal.NotFoundException">A file is not there.</exception>
/// <exception cref="Terminal.UsageException">A file is wrong; the sentence says which and why.</exception>
internal sealed class ServerIdentity((NamedFile Certificate, NamedFile Key) files, NamedFile? authorities, TimeProvider time)
{
    private readonly ReloadedFiles<Loaded> _files = new(
        authorities is null ? [files.Certificate, files.Key] : [files.Certificate, files.Key, authorities],
        texts => Load(files, authorities, texts, time),
        time);

    /// <summary>When the first of the certificates that it shows is no longer in force.</summary>
    public DateTimeOffset Ends
    {
        get
        {
            var identity = _files.Read().Identity;
            return identity.Chain.Prepend(identity.Certificate).Min(certificate => new DateTimeOffset(certificate.NotAfter));
        }
    }

    /// <summary>When the next of the authorities that it believes ends, or the last one ended; null where it asks for none.</summary>
    public DateTimeOffset? AuthoritiesEnd
    {
        get
        {
            var believed = _files.Read().Authorities ?? [];
            DateTimeOffset[] ends = [.. believed.Select(authority => new DateTimeOffset(authority.NotAfter)).Order()];
            return ends.Length == 0 ? null : ends.FirstOrDefault(end => end > time.GetUtcNow(), ends[^1]);
        }
    }

    /// <summary>Tells when the certificate and the authorities end.</summary>
    /// <param name="metrics">Told.</param>
    /// <param name="authorities">What the authorities are to the silo, such as "client_ca".</param>
    public void ShowTo(SiloMetrics metrics, string authorities)
    {
        metrics.AddCertificate("server", () => Ends);
        if (AuthoritiesEnd is not null)
        {
            metrics.AddCertificate(authorities, () => AuthoritiesEnd!.Value);
        }
    }

    /// <summary>Has the log of a host told of files that changed.</summary>
    public void LogTo(IServiceProvider services) => _files.Log = services.GetRequiredService<ILogger<ServerIdentity>>();

    /// <summary>How the next client is answered.</summary>
    public SslServerAuthenticationOptions ForClients()
    {
        var loaded = _files.Read();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = loaded.Context,
            ClientCertificateRequired = loaded.Authorities is not null,
            CertificateChainPolicy =
                loaded.Authorities is { } trusted ? TrustedAuthorities.Policy(trusted, CertificateUse.Client) : null,

            // A session that is taken up again shows no certificate: its authority may not be trusted any more.
            AllowTlsResume = loaded.Authorities is null,
        };
    }

    /// <summary>How the next server of the cluster is answered, which has to show a certificate of the authorities.</summary>
    /// <param name="isMember">Whether it is believed, told of everything that is wrong with its certificate.</param>
    public SslServerAuthenticationOptions AcceptingServers(RemoteCertificateValidationCallback isMember)
    {
        var loaded = _files.Read();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = loaded.Context,
            ClientCertificateRequired = true,
            CertificateChainPolicy = Members(loaded),
            RemoteCertificateValidationCallback = isMember,
            AllowTlsResume = false,
        };
    }

    /// <summary>How the next server of the cluster is called, which has to show a certificate of the authorities.</summary>
    /// <param name="isMember">Whether it is believed, told of everything that is wrong with its certificate.</param>
    public SslClientAuthenticationOptions ConnectingServers(RemoteCertificateValidationCallback isMember)
    {
        var loaded = _files.Read();
        return new SslClientAuthenticationOptions
        {
            ClientCertificateContext = loaded.Context,
            CertificateChainPolicy = Members(loaded),
            RemoteCertificateValidationCallback = isMember,
            AllowTlsResume = false,
        };
    }

    private static X509ChainPolicy Members(Loaded loaded) =>
        TrustedAuthorities.Policy(loaded.Authorities!, CertificateUse.Server | CertificateUse.Client);

    private static Loaded Load(
        (NamedFile Certificate, NamedFile Key) files, NamedFile? authorities, IReadOnlyList<string> texts, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var identity = CertificateText.Identity((files.Certificate.Place, texts[0]), (files.Key.Place, texts[1]), now);
        return new Loaded(
            identity,
            SslStreamCertificateContext.Create(identity.Certificate, identity.Chain, offline: true),
            authorities is null ? null : CertificateText.Authorities(authorities.Place, texts[2], now));
    }

    private sealed record Loaded(Identity Identity, SslStreamCertificateContext Context, X509Certificate2Collection? Authorities);
}
