namespace Cluster.Silo.Hosting.Tls;

/// <summary>A server's encryption, and which clients may connect.</summary>
internal sealed class Encryption
{
    private readonly ServerOptions _options;

    /// <exception cref="UsageException">Only one of certificate and key is given, or authorities without both.</exception>
    public Encryption(ServerOptions options)
    {
        _options = options;
        Identity = NamedFile.Pair(options.Certificate, options.Key, ("--tls-cert", "--tls-key"));
        if (Identity is null && (options.ClientAuthorities ?? options.SiloAuthorities) is { } lone)
        {
            throw new UsageException(
                $"{lone.Option} is given without --tls-cert and --tls-key, which say who this server is: give them.");
        }
    }

    /// <summary>Certificate of the server and its key, in PEM; null: connections are not encrypted.</summary>
    public (NamedFile Certificate, NamedFile Key)? Identity { get; }

    /// <summary>The identity, with the authorities of clients; null without one.</summary>
    /// <exception cref="NotFoundException">A file does not exist.</exception>
    /// <exception cref="UsageException">A file is not valid.</exception>
    public ServerIdentity? Load() =>
        Identity is { } files ? new ServerIdentity(files, _options.ClientAuthorities, TimeProvider.System) : null;

    /// <summary>The identity among the cluster's own servers, with their authorities; null if these are not set.</summary>
    /// <exception cref="NotFoundException">A file does not exist.</exception>
    /// <exception cref="UsageException">A file is not valid.</exception>
    public ServerIdentity? LoadForSilos()
    {
        if (Identity is not { } files || _options.SiloAuthorities is not { } authorities)
        {
            return null;
        }

        var own = new ServerIdentity(files, authorities, TimeProvider.System);
        own.RequireMember();
        return own;
    }

    /// <summary>The server's behaviour with these settings, one line each.</summary>
    public IEnumerable<string> Describe()
    {
        yield return Identity switch
        {
            null => "encrypts nothing that it sends",
            _ when _options.ClientAuthorities is { Path: var authorities } =>
                $"answers clients with a certificate of {authorities} alone, in TLS",
            _ => "answers in TLS",
        };
        if (_options.SiloAuthorities is { } silos)
        {
            yield return $"speaks with servers of the cluster that have a certificate of {silos.Path} alone, in TLS";
        }

        if (_options.HealthPort is { } port)
        {
            yield return $"tells its health, and nothing else, on port {port}";
        }
    }
}
