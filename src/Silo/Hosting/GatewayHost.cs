namespace Cluster.Silo.Hosting;

/// <summary>
/// Assembles a gateway: the services, over a client of the cluster. It is stateless, so there may be any number of them, and each may end
/// at any time.
/// </summary>
internal static class GatewayHost
{
    /// <exception cref="JobException">The database or the folder cannot be used.</exception>
    public static async Task<WebApplication> BuildAsync(
        GatewayOptions options, CancellationToken cancellation, Action<string>? tell = null)
    {
        // Invalid tokens are refused first, before anything connects.
        var tokens = CallerTokens.Read(options.TokenFile, options.TokensFile);
#pragma warning disable CA2000 // The container disposes of it.
        var jobs = await AwaitedDatabase.OpenAsync(options.Database, options.DatabaseLimit, tell, cancellation);
#pragma warning restore CA2000
        var builder = Create(options, tokens, await jobs.Membership.NameAsync(options.ClusterId, cancellation));
        builder.Services.AddSingleton(_ => new OwnedStore(jobs));
        ServerHost.AddSweep(builder, new RetentionRules());
        var bucket = options.Bucket is { } place ? await BucketClient.OpenAsync(place, cancellation) : null;
        var gateway = Build(builder, options, jobs, bucket);
        _ = gateway.Services.GetRequiredService<OwnedStore>();
        return gateway;
    }

    /// <summary>Uses a store that its owner disposes of.</summary>
    public static WebApplication Build(GatewayOptions options, IJobStore jobs) =>
        Build(Create(options, CallerTokens.Read(options.TokenFile, options.TokensFile), options.ClusterId), options, jobs, bucket: null);

    private static WebApplicationBuilder Create(GatewayOptions options, ReloadedFiles<TokenList>? tokens, string cluster)
    {
        var silos = options.Encryption.LoadForSilos();
        var builder = ServerHost.Create(options, tokens, silos, $"{ServerHost.NewId()}.gateway");
        builder.UseOrleansClient(client => OrleansClustering.Configure(client, options, cluster, silos));
        var folders = new NodeFolders(Path.GetFullPath(options.ArtefactFolder), Path.GetFullPath(options.ArtefactFolder));
        builder.Services.AddClusterApi(
            ServerHost.ApiOptions(options, tokens, PageTokenKey.FromSecret(options.Database), new NodeText(folders)));
        return builder;
    }

    private static WebApplication Build(WebApplicationBuilder builder, GatewayOptions options, IJobStore jobs, BucketClient? bucket)
    {
        string artefacts = Path.GetFullPath(options.ArtefactFolder);
        ServerHost.AddStores(builder, jobs, artefacts, bucket, options.CopiedBytes);
        var gateway = ServerHost.Build(builder, options);
        gateway.Services.GetRequiredService<SiloMetrics>().AddFolder("artefacts", artefacts);
        return gateway;
    }
}
