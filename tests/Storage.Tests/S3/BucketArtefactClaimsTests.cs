namespace Cluster.Storage.Tests.S3;

public sealed class BucketArtefactClaimsTests(S3Server server) : ArtefactClaimsConformance, IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _place = server.NewPlace();
    private readonly List<BucketClient> _opened = [];

    public void Dispose()
    {
        _opened.ForEach(opened => opened.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Claims_BesideArtefacts_AreNoArtefacts()
    {
        var token = TestContext.Current.CancellationToken;
        using var artefacts = new BucketArtefactStore(await BucketAsync(), new FolderArtefactStore(_folder.Root));
        string stored = await artefacts.PutAsync(new MemoryStream([1]), token);

        await (await OpenAsync()).ClaimAsync(stored, "one", token);

        (await artefacts.ListAsync(token).SingleAsync(token)).Sha256.ShouldBe(stored);
    }

    protected override async Task<IArtefactClaims> OpenAsync() => new BucketArtefactClaims(await BucketAsync());

    private async Task<BucketClient> BucketAsync()
    {
        var bucket = await Buckets.OpenAsync(server, _place);
        _opened.Add(bucket);
        return bucket;
    }
}
