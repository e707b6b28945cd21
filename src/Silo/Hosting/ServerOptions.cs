namespace Cluster.Silo.Hosting;

/// <summary>The options of a server, a silo or a gateway.</summary>
internal abstract record ServerOptions
{
    private const string Postgres = "postgres:";

    // Files that are uploaded again are marked as new by a copy within the bucket.
    private const long LargestCopy = 5L << 30;

    /// <summary>The address for clients; port 0 for a free one.</summary>
    [Setting("--listen", "address and port of the services", "ADDRESS:PORT")]
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 5180);

    /// <summary>The address of the live page for browsers, or null for none; port 0 for a free one.</summary>
    [Setting(
        "--page", "port of the live page for browsers, on the loopback address unless another is given; none by default", "[ADDRESS:]PORT")]
    public IPEndPoint? Page { get; init; }

    /// <summary>The address of Grafana, to which the page links, without a slash at its end; null: it links to none.</summary>
    [Setting("--grafana", "address of a Grafana with the dashboards of deploy/grafana: the page links each job's search there", "URL")]
    public string? Grafana
    {
        get;
        init => field = value is null ? null
            : Uri.TryCreate(value, UriKind.Absolute, out var place) && place.Scheme is "http" or "https" && place.Query.Length == 0
                ? place.AbsoluteUri.TrimEnd('/')
                : throw new UsageException($"--grafana must be an address such as https://grafana.example, not '{value}'.");
    }

    /// <summary>Silos and gateways of one cluster have the same name.</summary>
    [Setting("--cluster-id", "name of the cluster, the same for all its silos; a database is one cluster's at a time", "NAME")]
    public string ClusterId
    {
        get;
        init => field = value.Length > 0 && char.IsAsciiLetterOrDigit(value[0])
            && value.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.')
            ? value
            : throw new UsageException(
                $"--cluster-id must be letters, digits, '-', '_' and '.', a letter or digit first, not '{value}'.");
    } = "cluster";

    /// <summary>The S3 service of a bucket, if it is not Amazon's.</summary>
    [Setting("--s3-endpoint", "address of the S3 service of --artefacts s3://…, where it is not Amazon's", "URL")]
    public string? BucketEndpoint { get; init; }

    /// <summary>The limit for copies of the bucket's artefacts not in use, in bytes; 0: none.</summary>
    [Setting(
        "--max-copies",
        "size of this machine's copies of artefacts in a bucket, in GiB, above which those unused for longest go; 0 for any",
        "GIB")]
    public long CopiedBytes { get; init; }

    /// <summary>See <see cref="Storage.ArtefactOwner.ClaimAsync"/>.</summary>
    [Setting(
        "--take-artefacts-of",
        "take --artefacts over from the cluster that its .cluster names, after a restore; no silo or gateway of that may run",
        "NAME@IDENTITY")]
    public string? TakenFrom { get; init; }

    /// <summary>PEM file of the server's certificate; null: connections are not encrypted.</summary>
    [Setting(
        "--tls-cert", "PEM file of the server's certificate, with those between it and its authority; read again when it changes", "FILE")]
    public NamedFile? Certificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    [Setting("--tls-key", "PEM file of the key of --tls-cert", "FILE")]
    public NamedFile? Key { get; init; }

    /// <summary>Authorities for client certificates, which are then required; null: any client may connect.</summary>
    [Setting("--client-ca", "PEM file of authorities: clients have to show a certificate that one of them issued", "FILE")]
    public NamedFile? ClientAuthorities { get; init; }

    /// <summary>
    /// Authorities for the cluster's own servers, whose ports for each other then require certificates from both sides; null: any program
    /// that reaches these ports can act as a silo.
    /// </summary>
    [Setting(
        "--silo-ca", "PEM file of authorities: silos and gateways have to show each other a certificate that one of them issued", "FILE")]
    public NamedFile? SiloAuthorities { get; init; }

    /// <summary>The port for health only, unencrypted; null for none.</summary>
    [Setting(
        "--health-port", "port of health alone, without TLS, for probes that know none; none by default", "PORT",
        Least = 1, Most = ushort.MaxValue)]
    public int? HealthPort { get; init; }

    /// <summary>Whether externally reachable ports may be unencrypted.</summary>
    [Setting("--insecure", "let ports that others reach do without TLS, where the network itself is private")]
    public bool IsInsecure { get; init; }

    /// <summary>File of the token that callers must send, or null if everyone may call.</summary>
    [Setting("--token-file", "file of the token that callers must send", "FILE")]
    public string? TokenFile { get; init; }

    /// <summary>File of several callers with their tokens' digests and roles, or null; not with <see cref="TokenFile"/>.</summary>
    [Setting(
        "--tokens",
        "file of callers, a line each: name=NAME role=read|submit|admin [tenant=TENANT] sha256=DIGEST of its token; read again as it "
        + "changes",
        "FILE")]
    public string? TokensFile { get; init; }

    /// <summary>Calls that one address may start per second, in the long run; 0: no limit.</summary>
    [Setting("--max-calls", "calls that one address may begin in a second, five times as many at once; 0 for any number", "N")]
    public int CallsPerSecond { get; init; } = 200;

    /// <summary>The largest upload, in bytes.</summary>
    [Setting("--max-artefact-size", "largest upload, in GiB", "GIB", IsMoreThanLeast = true)]
    public long MaxArtefactBytes { get; init; } = 2L << 30;

    /// <summary>See <see cref="Quotas.RunningCandidates"/>.</summary>
    [Setting(
        "--tenant-candidates",
        "candidates of one tenant under way, or jobs without any yet, with which it may submit no further job; 0 for any number",
        "N")]
    public int TenantCandidates { get; init; }

    /// <summary>See <see cref="Quotas.StoredBytes"/>.</summary>
    [Setting("--tenant-storage", "uploads of one tenant that are kept, in GiB; 0 for any", "GIB")]
    public long TenantBytes { get; init; }

    /// <summary>See <see cref="Quotas.Streams"/>.</summary>
    [Setting(
        "--tenant-streams", "uploads, downloads and watched jobs of one tenant at once, on each server; 0 for any number", "N")]
    public int TenantStreams { get; init; }

    /// <summary>See <see cref="Quotas.GraphNodes"/>.</summary>
    [Setting("--max-graph-nodes", "nodes of the largest graph that a job may have; 0 for any number", "N", Most = int.MaxValue)]
    public int GraphNodes { get; init; }

    /// <summary>How long a start waits for the database: shorter than the startup probe of deploy/k8s.</summary>
    public TimeSpan DatabaseLimit { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>The limits of one tenant.</summary>
    public Quotas Quotas => new()
    {
        RunningCandidates = TenantCandidates,
        StoredBytes = TenantBytes,
        Streams = TenantStreams,
        GraphNodes = GraphNodes,
    };

    /// <summary>The server's encryption, and which clients may connect.</summary>
    /// <exception cref="UsageException">Only one of certificate and key is given, or authorities without both.</exception>
    public Encryption Encryption => new(this);

    /// <summary>The bucket that a text of --artefacts names, or null if it is a folder.</summary>
    /// <exception cref="UsageException">It is neither, or an option for buckets does not fit.</exception>
    protected BucketPlace? BucketOf(string? artefacts)
    {
        if (artefacts is null || !BucketPlace.Is(artefacts))
        {
            string? lone = BucketEndpoint is not null ? "--s3-endpoint" : CopiedBytes != 0 ? "--max-copies" : null;
            return lone is null
                ? null
                : throw new UsageException($"{lone} is given without a bucket: give --artefacts s3://BUCKET/PREFIX.");
        }

        Uri? endpoint = null;
        if (BucketEndpoint is not null
            && !(Uri.TryCreate(BucketEndpoint, UriKind.Absolute, out endpoint) && endpoint.Scheme is "http" or "https"))
        {
            throw new UsageException(
                $"--s3-endpoint must be an address, not '{BucketEndpoint}', such as http://10.0.0.9:9000.");
        }

        var bucket = BucketPlace.Parse(artefacts, endpoint)
            ?? throw new UsageException($"--artefacts must be a folder or s3://BUCKET/PREFIX, not '{artefacts}'.");
        return MaxArtefactBytes <= LargestCopy ? bucket : throw new UsageException(
            $"--max-artefact-size must be at most {LargestCopy >> 30}, not {MaxArtefactBytes >> 30}, with a bucket: S3 copies no "
            + "more at once.");
    }

    /// <summary>The database that a text of --clustering names, or null for a cluster of one.</summary>
    /// <exception cref="UsageException">It names neither.</exception>
    // Every user of the machine can read a password on the command line, so the environment may contain it instead.
    protected static string? DatabaseOf(string clustering) => clustering switch
    {
        "localhost" => null,
        Postgres + "-" => Environment.GetEnvironmentVariable("CLUSTER_DATABASE") is { Length: > 0 } connection
            ? connection
            : throw new UsageException(
                "--clustering postgres:- reads the connection from CLUSTER_DATABASE, which is not set: set it in Npgsql's form, "
                + "such as Host=db;Database=cluster;Username=cluster;Password=…."),
        _ when clustering.StartsWith(Postgres, StringComparison.Ordinal) && clustering.Length > Postgres.Length =>
            clustering[Postgres.Length..],
        _ => throw new UsageException($"--clustering must be localhost or postgres:CONNECTION, not '{clustering}'."),
    };
}
