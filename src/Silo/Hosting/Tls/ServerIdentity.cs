using System.Security.Cryptography.X509Certificates;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>The certificates of a server; changed files take effect from the next connection. Thread-safe.</summary>
/// <param name="files">The files, read at once.</param>
/// <param name="time">The clock.</param>
/// <exception cref="Terminal.NotFoundException">A file does not exist.</exception>
/// <exception cref="Terminal.UsageException">A file is wrong; the sentence says which and why.</exception>
internal sealed class ServerIdentity((NamedFile Certificate, NamedFile Key) files, NamedFile? authorities, TimeProvider time)
{
    private readonly ReloadedFiles<Loaded> _files = new(
        authorities is null ? [files.Certificate, files.Key] : [files.Certificate, files.Key, authorities],
        texts => Load(files, authorities, texts, time),
        time);

    /// <summary>When the first of its own certificates expires.</summary>
    public DateTimeOffset Ends
    {
        get
        {
            var identity = _files.Read().Identity;
            return identity.Chain.Prepend(identity.Certificate).Min(certificate => new DateTimeOffset(certificate.NotAfter));
        }
    }

    /// <summary>When the next of its trusted authorities expires, or the last one expired; null if there are none.</summary>
    public DateTimeOffset? AuthoritiesEnd
    {
        get
        {
            var believed = _files.Read().Authorities ?? [];
            DateTimeOffset[] ends = [.. believed.Select(authority => new DateTimeOffset(authority.NotAfter)).Order()];
            return ends.Length == 0 ? null : ends.FirstOrDefault(end => end > time.GetUtcNow(), ends[^1]);
        }
    }

    /// <summary>Adds metrics for the expiry of the certificate and the authorities.</summary>
    /// <param name="metrics">The silo's metrics.</param>
    /// <param name="authorities">The role of the authorities for the silo, such as "client_ca".</param>
    public void ShowTo(SiloMetrics metrics, string authorities)
    {
        metrics.AddCertificate("server", () => Ends);
        if (AuthoritiesEnd is not null)
        {
            metrics.AddCertificate(authorities, () => AuthoritiesEnd!.Value);
        }
    }

    /// <summary>Makes a host's log report changes of the files.</summary>
    public void LogTo(IServiceProvider services) => _files.Log = services.GetRequiredService<ILogger<ServerIdentity>>();

    /// <summary>Refuses a certificate that the cluster's other servers would refuse: Orleans would end in pages of traces.</summary>
    /// <exception cref="UsageException">They would; the sentence says why.</exception>
    public void RequireMember()
    {
        var loaded = _files.Read();
        using var chain = new X509Chain { ChainPolicy = Members(loaded) };
        chain.ChainPolicy.ExtraStore.AddRange(loaded.Identity.Chain);
        if (!chain.Build(loaded.Identity.Certificate))
        {
            string? fault = PeerFault.Of(loaded.Identity.Certificate, chain, SslPolicyErrors.RemoteCertificateChainErrors);
            throw new UsageException(
                $"{files.Certificate.Place} would be refused by the cluster's other servers, as {fault}: have it issued for servers and "
                + "clients by an authority of --silo-ca.");
        }
    }

    /// <summary>The options for the next connection of a client.</summary>
    public SslServerAuthenticationOptions ForClients()
    {
        var loaded = _files.Read();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = loaded.Context,
            ClientCertificateRequired = loaded.Authorities is not null,
            CertificateChainPolicy =
                loaded.Authorities is { } trusted ? TrustedAuthorities.Policy(trusted, TrustedAuthorities.ClientUse) : null,

            // A resumed session shows no certificate: its authority may no longer be trusted.
            AllowTlsResume = loaded.Authorities is null,
        };
    }

    /// <summary>Sets the options of the next incoming connection, of a cluster server with a certificate of the authorities.</summary>
    /// <param name="options">The connection's options.</param>
    /// <param name="isMember">Decides whether it is trusted, given all errors of its certificate.</param>
    public void AcceptServer(SslServerAuthenticationOptions options, RemoteCertificateValidationCallback isMember)
    {
        var loaded = _files.Read();
        options.ServerCertificateSelectionCallback = null;
        options.ServerCertificateContext = loaded.Context;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = Members(loaded);
        options.RemoteCertificateValidationCallback = isMember;
        options.AllowTlsResume = false;
    }

    /// <summary>Sets the options of the next connection to a cluster server, which must show a certificate of the authorities.</summary>
    /// <param name="options">The connection's options.</param>
    /// <param name="isMember">Decides whether it is trusted, given all errors of its certificate.</param>
    public void ConnectToServer(SslClientAuthenticationOptions options, RemoteCertificateValidationCallback isMember)
    {
        var loaded = _files.Read();
        options.ClientCertificateContext = loaded.Context;
        options.CertificateChainPolicy = Members(loaded);
        options.RemoteCertificateValidationCallback = isMember;
        options.AllowTlsResume = false;
    }

    private static X509ChainPolicy Members(Loaded loaded) =>
        TrustedAuthorities.Policy(loaded.Authorities!, TrustedAuthorities.ServerUse, TrustedAuthorities.ClientUse);

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
