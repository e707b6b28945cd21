using Cluster.Terminal.Tls;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>A server's encryption, and which clients may connect.</summary>
internal sealed record Encryption
{
    /// <summary>Certificate of the server and its key, in PEM; null: connections are not encrypted.</summary>
    public (NamedFile Certificate, NamedFile Key)? Identity { get; init; }

    /// <summary>Authorities for client certificates, which are then required; null: any client may connect.</summary>
    public NamedFile? ClientAuthorities { get; init; }

    /// <summary>
    /// Authorities for the cluster's own servers, whose ports for each other then require certificates from both sides; null: any program
    /// that reaches these ports can act as a silo.
    /// </summary>
    public NamedFile? SiloAuthorities { get; init; }

    /// <summary>Whether externally reachable ports may be unencrypted.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The port for health only, unencrypted, for probes without TLS; null for none.</summary>
    public int? HealthPort { get; init; }

    /// <summary>The identity, with the authorities of clients; null without one.</summary>
    /// <exception cref="Terminal.NotFoundException">A file does not exist.</exception>
    /// <exception cref="Terminal.UsageException">A file is not valid.</exception>
    public ServerIdentity? Load() => Identity is { } files ? new ServerIdentity(files, ClientAuthorities, TimeProvider.System) : null;

    /// <summary>The identity among the cluster's own servers, with their authorities; null if these are not set.</summary>
    /// <exception cref="Terminal.NotFoundException">A file does not exist.</exception>
    /// <exception cref="Terminal.UsageException">A file is not valid.</exception>
    public ServerIdentity? LoadForSilos() =>
        Identity is { } files && SiloAuthorities is { } authorities ? new ServerIdentity(files, authorities, TimeProvider.System) : null;

    /// <summary>The server's behaviour with these settings, one line each.</summary>
    public IEnumerable<string> Describe()
    {
        yield return Identity switch
        {
            null => "encrypts nothing that it sends",
            _ when ClientAuthorities is { } authorities => $"answers clients with a certificate of {authorities.Path} alone, in TLS",
            _ => "answers in TLS",
        };
        if (SiloAuthorities is { } silos)
        {
            yield return $"speaks with servers of the cluster that have a certificate of {silos.Path} alone, in TLS";
        }

        if (HealthPort is { } port)
        {
            yield return $"tells its health, and nothing else, on port {port}";
        }
    }
}
