namespace Cluster.Silo.Hosting;

/// <summary>
/// Assembles a gateway: the services, over a client of the cluster. It is stateless, so there may be any number of them, and each may end
/// at any time.
/// </summary>
internal static class GatewayHost
{
    /// <exception cref="JobException">The database or the folder cannot be used, or the database is a copy.</exception>
    public static async Task<WebApplication> BuildAsync(
        GatewayOptions options, CancellationToken cancellation, Action<string>? tell = null)
    {
        // Invalid tokens are refused first, before anything connects.
        var tokens = CallerTokens.Read(options.TokenFile, options.TokensFile);
        var stores = await ClusterStores.OpenAsync(options, tell, cancellation);
        var builder = Create(options, tokens, stores.Cluster);
        builder.Services.AddSingleton(_ => new OwnedStore(stores.Jobs));
        ServerHost.AddSweep(builder, new RetentionRules());
        var gateway = Build(builder, options, stores);
        _ = gateway.Services.GetRequiredService<OwnedStore>();
        return gateway;
    }

    /// <summary>Uses stores that their owner disposes of.</summary>
    public static WebApplication Build(GatewayOptions options, ClusterStores stores)
    {
        var tokens = CallerTokens.Read(options.TokenFile, options.TokensFile);
        return Build(Create(options, tokens, stores.Cluster), options, stores);
    }

    private static WebApplicationBuilder Create(GatewayOptions options, ReloadedFiles<TokenList>? tokens, ClusterName cluster)
    {
        var silos = options.Encryption.LoadForSilos();
        var builder = ServerHost.Create(options, tokens, silos, $"{ServerHost.NewId()}.gateway");
        builder.UseOrleansClient(client => OrleansClustering.Configure(client, options, cluster, silos));
        var folders = new NodeFolders(Path.GetFullPath(options.ArtefactFolder), Path.GetFullPath(options.ArtefactFolder));
        builder.Services.AddClusterApi(
            ServerHost.ApiOptions(options, tokens, PageTokenKey.FromSecret(options.Database), new NodeText(folders)));
        return builder;
    }

    private static WebApplication Build(WebApplicationBuilder builder, GatewayOptions options, ClusterStores stores)
    {
        ServerHost.AddStores(builder, stores, options.CopiedBytes);
        var gateway = ServerHost.Build(builder, options);
        gateway.Services.GetRequiredService<SiloMetrics>().AddFolder("artefacts", stores.Folder);
        return gateway;
    }
}

/// <summary>The options of a gateway: an entry point of a cluster without a silo in the same process.</summary>
internal sealed record GatewayOptions : ServerOptions
{
    /// <summary>The artefacts that all silos and gateways of the cluster see: a folder, or a bucket.</summary>
    [Setting("--artefacts", "folder of artefacts that all silos of the cluster see, or s3://BUCKET/PREFIX", "PLACE", IsRequired = true)]
    public string Artefacts { get; init; } = "";

    /// <summary>The folder of copies of a bucket's artefacts.</summary>
    [Setting("--copies", "folder of copies of artefacts that are in a bucket", "DIR")]
    public string? Copies { get; init; }

    /// <summary>The database of the cluster.</summary>
    [Setting(
        "--clustering", "the cluster's database: postgres:CONNECTION (in Npgsql's form; - reads it from CLUSTER_DATABASE)", "WHERE")]
    public string Clustering { get; init; } = "postgres:-";

    /// <summary>The gateway ports of silos; empty: those that the database names.</summary>
    [Setting(
        "--gateways", "gateway ports as silos advertise them, separated by commas; by default all that the database names",
        "ADDRESS:PORT,…")]
    public IReadOnlyList<IPEndPoint> Gateways { get; init; } = [];

    /// <summary>The bucket that all silos and gateways of the cluster keep artefacts in, or null for a folder.</summary>
    /// <exception cref="UsageException">The text is not valid.</exception>
    public BucketPlace? Bucket => BucketOf(Artefacts);

    /// <summary>The artefact store's folder; with a bucket, that of its copies.</summary>
    /// <exception cref="UsageException">There is a bucket without copies, or copies without a bucket.</exception>
    public string ArtefactFolder => (Bucket, Copies) switch
    {
        (not null, { } copies) => copies,
        (null, null) => Artefacts,
        (not null, null) => throw new UsageException(
            "--artefacts names a bucket, whose files are read from copies: give --copies DIR too."),
        _ => throw new UsageException("--copies is given without a bucket: give --artefacts s3://BUCKET/PREFIX, or leave it out."),
    };

    /// <summary>The database of the cluster, in Npgsql's form.</summary>
    /// <exception cref="UsageException">None is named.</exception>
    public string Database => DatabaseOf(Clustering)
        ?? throw new UsageException(
            "--clustering must be the database of a cluster, not 'localhost', as a cluster of one needs no gateway: give "
            + "--clustering postgres:CONNECTION.");
}
