using Cluster.Terminal.Tls;

namespace Cluster.Silo.Hosting.Tls;

/// <summary>Who can read what a server sends, and whom it lets connect.</summary>
internal sealed record Encryption
{
    /// <summary>Certificate of the server and its key, in PEM; null: what is sent is readable for all.</summary>
    public (NamedFile Certificate, NamedFile Key)? Identity { get; init; }

    /// <summary>Authorities of clients, who then have to show a certificate of theirs; null: any client may connect.</summary>
    public NamedFile? ClientAuthorities { get; init; }

    /// <summary>
    /// Authorities of the cluster's own servers, whose ports for each other then ask both sides for a certificate of theirs; null:
    /// any program that reaches these ports can act as a silo.
    /// </summary>
    public NamedFile? SiloAuthorities { get; init; }

    /// <summary>Whether ports that others reach may do without encryption.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The port of health alone, readable for all, for probes that know no TLS; null for none.</summary>
    public int? HealthPort { get; init; }

    /// <summary>The identity, with the authorities of clients; null without one.</summary>
    /// <exception cref="Terminal.NotFoundException">A file is not there.</exception>
    /// <exception cref="Terminal.UsageException">A file is wrong.</exception>
    public ServerIdentity? Load() => Identity is { } files ? new ServerIdentity(files, ClientAuthorities, TimeProvider.System) : null;

    /// <summary>The identity among the cluster's own servers, with their authorities; null where they ask for none.</summary>
    /// <exception cref="Terminal.NotFoundException">A file is not there.</exception>
    /// <exception cref="Terminal.UsageException">A file is wrong.</exception>
    public ServerIdentity? LoadForSilos() =>
        Identity is { } files && SiloAuthorities is { } authorities ? new ServerIdentity(files, authorities, TimeProvider.System) : null;

    /// <summary>What a server does of all this, a line each.</summary>
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
