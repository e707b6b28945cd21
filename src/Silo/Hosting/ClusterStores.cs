using Cluster.Storage;

namespace Cluster.Silo.Hosting;

/// <summary>
/// What a server stands on. It is opened here alone, and only whole: the silos of its database are those of that database, and the
/// artefacts are those of its jobs.
/// </summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Cluster">The name to join or call their cluster by.</param>
/// <param name="Folder">The folder of the artefacts, or of copies of those in the bucket.</param>
/// <param name="Bucket">The bucket of the artefacts, or null for none.</param>
/// <param name="Owner">Whose the artefacts are.</param>
internal sealed record ClusterStores(IJobStore Jobs, ClusterName Cluster, string Folder, BucketClient? Bucket, ArtefactOwner Owner)
{
    /// <param name="options">What the silo is.</param>
    /// <param name="folders">Its folders.</param>
    /// <param name="tell">Receives a line that says what the start waits for.</param>
    /// <param name="cancellation">Ends the wait for a database.</param>
    /// <exception cref="JobException">A store cannot be used, or they do not belong together.</exception>
    public static async Task<ClusterStores> OpenAsync(
        SiloOptions options, SiloFolders folders, Action<string>? tell, CancellationToken cancellation)
    {
        if (options.Database is { } database)
        {
            return await OpenAsync(options, database, gateways: [], folders.Artefacts, options.Bucket, tell, cancellation);
        }

#pragma warning disable CA2000 // The container disposes of it.
        var jobs = FileJobStore.Open(folders.Root);
#pragma warning restore CA2000

        // Where there is no database, the key tells one data folder from another.
        string identity = Convert.ToHexStringLower(SHA256.HashData(PageTokenKey.FromFile(folders.PageTokenKey)))[..12];
        return await JoinAsync(
            jobs,
            () => Task.FromResult((ClusterName.OfOne(options.ClusterId), $"{options.ClusterId}@{identity}")),
            folders.Artefacts,
            options.Bucket,
            options.TakenFrom,
            cancellation);
    }

    /// <param name="options">What the gateway is.</param>
    /// <param name="tell">Receives a line that says what the start waits for.</param>
    /// <param name="cancellation">Ends the wait for the database.</param>
    /// <exception cref="JobException">A store cannot be used, or they do not belong together.</exception>
    public static Task<ClusterStores> OpenAsync(GatewayOptions options, Action<string>? tell, CancellationToken cancellation) => OpenAsync(
        options, options.Database, options.Gateways, Path.GetFullPath(options.ArtefactFolder), options.Bucket, tell, cancellation);

    private static async Task<ClusterStores> OpenAsync(
        ServerOptions options,
        string database,
        IReadOnlyList<IPEndPoint> gateways,
        string folder,
        BucketPlace? bucket,
        Action<string>? tell,
        CancellationToken cancellation)
    {
#pragma warning disable CA2000 // The container disposes of it.
        var jobs = await AwaitedDatabase.OpenAsync(database, options.DatabaseLimit, tell, cancellation);
#pragma warning restore CA2000
        return await JoinAsync(
            jobs,
            async () =>
            {
                var name = await ClusterName.OfAsync(jobs.Membership, options.ClusterId, gateways, cancellation);
                return (name, name.Text);
            },
            folder,
            bucket,
            options.TakenFrom,
            cancellation);
    }

    private static async Task<ClusterStores> JoinAsync(
        IJobStore jobs,
        Func<Task<(ClusterName Cluster, string Owner)>> nameAsync,
        string folder,
        BucketPlace? place,
        string? takenFrom,
        CancellationToken cancellation)
    {
        BucketClient? bucket = null;
        try
        {
            var (cluster, name) = await nameAsync();
            bucket = place is null ? null : await BucketClient.OpenAsync(place, cancellation);
            var owner = bucket is null ? ArtefactOwner.OfFolder(folder, name) : ArtefactOwner.OfBucket(bucket, name);
            await owner.ClaimAsync(takenFrom, cancellation);
            return new ClusterStores(jobs, cluster, folder, bucket, owner);
        }
        catch
        {
            bucket?.Dispose();
            await new OwnedStore(jobs).DisposeAsync();
            throw;
        }
    }
}
