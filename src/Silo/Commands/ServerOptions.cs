using System.CommandLine;
using System.Net;
using Cluster.Coordinator;
using Cluster.Silo.Hosting.Tls;
using Cluster.Silo.Page;
using Cluster.Storage.S3;
using Cluster.Terminal;
using Cluster.Terminal.Options;
using Cluster.Terminal.Tls;

namespace Cluster.Silo.Commands;

/// <summary>Options that a silo and a gateway share, in the same words.</summary>
internal sealed class ServerOptions
{
    private const string Local = "localhost";
    private const string Database = "postgres:";

    // Files that are uploaded again are made new by a copy in the bucket.
    private const int LargestCopyGib = 5;

    public Option<string> Listen { get; } = new("--listen")
    {
        Description = "address and port of the services",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => "127.0.0.1:5180"
    };

    public Option<string?> Page { get; } = new("--page")
    {
        Description = "port of the live page for browsers, on the loopback address unless another is given; none by default",
        HelpName = "[ADDRESS:]PORT"
    };

    public Option<string> ClusterId { get; } = new("--cluster-id")
    {
        Description = "name of the cluster, the same for all its silos; a database is one cluster's at a time",
        HelpName = "NAME",
        DefaultValueFactory = _ => "cluster"
    };

    public Option<string?> TokenFile { get; } = FileOption.Create(
        "--token-file", "file of the token that callers must send");

    public Option<string?> Tokens { get; } = FileOption.Create(
        "--tokens", "file of callers, a line each: name=NAME role=read|submit|admin [tenant=TENANT] sha256=DIGEST of its token; read again "
        + "as it changes");

    public Option<string?> Certificate { get; } = FileOption.Create(
        "--tls-cert", "PEM file of the server's certificate, with those between it and its authority; read again when it changes");

    public Option<string?> Key { get; } = FileOption.Create(
        "--tls-key", "PEM file of the key of --tls-cert");

    public Option<string?> ClientAuthorities { get; } = FileOption.Create(
        "--client-ca", "PEM file of authorities: clients have to show a certificate that one of them issued");

    public Option<string?> SiloAuthorities { get; } = FileOption.Create(
        "--silo-ca", "PEM file of authorities: silos and gateways have to show each other a certificate that one of them issued");

    public Option<int?> HealthPort { get; } = new("--health-port")
    {
        Description = "port of health alone, without TLS, for probes that know none; none by default",
        HelpName = "PORT"
    };

    public Option<bool> Insecure { get; } = new("--insecure")
    {
        Description = "let ports that others reach do without TLS, where the network itself is private"
    };

    public Option<int> MaxCalls { get; } = new("--max-calls")
    {
        Description = "calls that one address may begin in a second, five times as many at once; 0 for any number",
        HelpName = "N",
        DefaultValueFactory = _ => 200
    };

    public Option<double> MaxArtefact { get; } = new("--max-artefact-size")
    {
        Description = "largest upload, in GiB",
        HelpName = "GIB",
        DefaultValueFactory = _ => 2
    };

    public QuotaOptions Quotas { get; } = new();

    public Option<string?> BucketEndpoint { get; } = new("--s3-endpoint")
    {
        Description = "address of the S3 service of --artefacts s3://…, where it is not Amazon's",
        HelpName = "URL"
    };

    public Option<double> MaxCopies { get; } = new("--max-copies")
    {
        Description = "size of this machine's copies of artefacts in a bucket, in GiB, above which those unused for longest go; 0 for any",
        HelpName = "GIB"
    };

    /// <summary>The bucket that a text of --artefacts names, or null where it is a folder.</summary>
    /// <exception cref="UsageException">It is neither, or the service has no address that can be one.</exception>
    public BucketPlace? BucketOf(ParseResult parsed, string? artefacts)
    {
        string? address = parsed.GetValue(BucketEndpoint);
        if (artefacts is null || !BucketPlace.Is(artefacts))
        {
            return address is null ? null : throw new UsageException(
                $"{BucketEndpoint.Name} is given without a bucket: give --artefacts s3://BUCKET/PREFIX.");
        }

        Uri? endpoint = null;
        if (address is not null
            && !(Uri.TryCreate(address, UriKind.Absolute, out endpoint) && (endpoint.Scheme == "http" || endpoint.Scheme == "https")))
        {
            throw new UsageException($"{BucketEndpoint.Name} is '{address}' where an address is expected, such as http://10.0.0.9:9000.");
        }

        var bucket = BucketPlace.Parse(artefacts, endpoint)
            ?? throw new UsageException($"--artefacts is '{artefacts}' where a folder or s3://BUCKET/PREFIX is expected.");
        return parsed.GetValue(MaxArtefact) <= LargestCopyGib ? bucket : throw new UsageException(
            $"{MaxArtefact.Name} is {parsed.GetValue(MaxArtefact)} where at most {LargestCopyGib} is expected with a bucket: S3 copies no "
            + "more at once.");
    }

    /// <summary>What copies of the bucket's artefacts may take, in bytes; 0 for any.</summary>
    /// <exception cref="UsageException">It is no size, or there is no bucket.</exception>
    public long CopiedBytesOf(ParseResult parsed, string? artefacts) => parsed.GetValue(MaxCopies) switch
    {
        0 => 0,
        not (> 0 and <= 1_000_000) => throw new UsageException(
            $"{MaxCopies.Name} is {parsed.GetValue(MaxCopies)} where 0 to 1000000 is expected: correct it."),
        _ when artefacts is null || !BucketPlace.Is(artefacts) => throw new UsageException(
            $"{MaxCopies.Name} is given without a bucket: give --artefacts s3://BUCKET/PREFIX."),
        var gib => (long)(gib * (1L << 30)),
    };

    /// <summary>Where the page listens, or null for none.</summary>
    /// <exception cref="JobException">The text is no address.</exception>
    public IPEndPoint? PageOf(ParseResult parsed) => parsed.GetValue(Page) is { } text ? PageAddress.Parse(text) : null;

    /// <summary>What the options say of encryption.</summary>
    /// <exception cref="UsageException">Of certificate and key there is one without the other, or authorities without both.</exception>
    public Encryption EncryptionOf(ParseResult parsed)
    {
        var identity = NamedFile.Pair(File(parsed, Certificate), File(parsed, Key), (Certificate.Name, Key.Name));
        var clients = File(parsed, ClientAuthorities);
        var silos = File(parsed, SiloAuthorities);
        if (identity is null && (clients ?? silos) is { } lone)
        {
            throw new UsageException($"{lone.Option} is given without --tls-cert and --tls-key, which say who this server is: give them.");
        }

        return new Encryption
        {
            Identity = identity,
            ClientAuthorities = clients,
            SiloAuthorities = silos,
            HealthPort = parsed.GetValue(HealthPort),
            IsOptional = parsed.GetValue(Insecure),
        };
    }

    private static NamedFile? File(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } path ? new NamedFile(option.Name, path) : null;

    /// <summary>The database that is named, or null for a cluster of one.</summary>
    /// <exception cref="UsageException">Neither is named.</exception>
    // Every user of the machine can read a password on the command line, so the environment may hold it.
    public static string? DatabaseOf(string clustering) => clustering switch
    {
        Local => null,
        Database + "-" => Environment.GetEnvironmentVariable("CLUSTER_DATABASE") is { Length: > 0 } connection
            ? connection
            : throw new UsageException(
                "--clustering postgres:- reads the connection from CLUSTER_DATABASE, which is not set: set it in Npgsql's form, "
                + "such as Host=db;Database=cluster;Username=cluster;Password=…."),
        _ when clustering.StartsWith(Database, StringComparison.Ordinal) && clustering.Length > Database.Length =>
            clustering[Database.Length..],
        _ => throw new UsageException($"--clustering is '{clustering}' where localhost or postgres:CONNECTION is expected."),
    };
}
