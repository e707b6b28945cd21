[assembly: AssemblyFixture(typeof(S3Server))]

namespace Cluster.Storage.Tests.S3;

/// <summary>Each opened store has its own folder of copies, as silos of a cluster have.</summary>
public sealed class BucketArtefactStoreTests(S3Server server) : ArtefactStoreConformance, IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _place = server.NewPlace();
    private readonly List<IDisposable> _opened = [];
    private int _copies;

    public void Dispose()
    {
        _opened.ForEach(opened => opened.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Put_MoreThanAPart_ArrivesWholeAndInParts()
    {
        var parts = new Watched(_ => null);
        var store = await StoreAsync(parts);
        byte[] bytes = new byte[(2 * BucketUpload.PartLength) + 5];
        new Random(1).NextBytes(bytes);

        string digest = await PutAsync(store, bytes);

        parts.Calls.Count(call => call.Query.Contains("partNumber=", StringComparison.Ordinal)).ShouldBe(3);
        (await ReadAsync(await (await OpenAsync()).OpenAsync(digest, Token))).ShouldBe(bytes);
    }

    [Fact]
    public async Task Put_PartThatIsRefused_IsNotAcknowledgedAndLeavesNothing()
    {
        var calls = new Watched(call => call.Query.Contains("partNumber=2", StringComparison.Ordinal)
            ? new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable)
            : null);
        var store = await StoreAsync(calls);

        var refused = await Should.ThrowAsync<StoreUnavailableException>(
            () => PutAsync(store, new byte[BucketUpload.PartLength + 1]));

        refused.Message.ShouldContain("did not do what was asked");
        calls.Calls.Count(call => call.Query.StartsWith("?uploadId=", StringComparison.Ordinal)).ShouldBe(1, "the parts are given up");
        (await (await OpenAsync()).ListAsync(Token).ToArrayAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Put_OnTheWay_CarriesItsChecksum()
    {
        var calls = new Watched(_ => null);

        await PutAsync(await StoreAsync(calls), "abc"u8.ToArray());

        // 352441C2, in base64.
        calls.Checksums.ShouldContain("NSRBwg==");
    }

    [Fact]
    public async Task Open_DamagedCopy_IsFetchedAgain()
    {
        var store = await StoreAsync();
        string digest = await PutAsync(store, "abc"u8.ToArray());
        await File.WriteAllTextAsync(new FolderArtefactStore(_folder["copies1"]).PathOf(digest), "abd", Token);

        (await ReadAsync(await store.OpenAsync(digest, Token))).ShouldBe("abc"u8.ToArray());
    }

    [Fact]
    public async Task Open_DamagedObject_IsRefusedAndAnUploadRepairsIt()
    {
        string digest = await PutAsync(await OpenAsync(), "abc"u8.ToArray());
        foreach (string file in Directory.EnumerateFiles(server.ObjectFolder, $"{digest}*_object", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(file, "abd", Token);
        }

        var other = await OpenAsync();
        (await Should.ThrowAsync<JobException>(() => other.OpenAsync(digest, Token))).Message.ShouldContain("changed or damaged");

        await PutAsync(other, "abc"u8.ToArray());
        (await ReadAsync(await (await OpenAsync()).OpenAsync(digest, Token))).ShouldBe("abc"u8.ToArray());
    }

    [Fact]
    public async Task Hold_SeveralAtOnce_FetchesOnce()
    {
        string digest = await PutAsync(await OpenAsync(), new byte[100_000]);
        var calls = new Watched(_ => null);
        var store = await StoreAsync(calls);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.HoldAsync([digest], Token)));

        new FolderArtefactStore(_folder["copies2"]).Contains(digest).ShouldBeTrue();
        calls.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Keep_CopyMadeHere_IsUploadedOnce()
    {
        var calls = new Watched(_ => null);
        var store = await StoreAsync(calls);
        string digest = await new FolderArtefactStore(_folder["copies1"]).PutAsync(new MemoryStream([5]), Token);

        await store.KeepAsync(digest, Token);
        int first = calls.Calls.Count;
        await store.KeepAsync(digest, Token);

        (calls.Calls.Count - first).ShouldBe(2, "its size is asked and it counts as new, nothing is sent");
        (await ReadAsync(await (await OpenAsync()).OpenAsync(digest, Token))).ShouldBe([5]);
    }

    [Fact]
    public async Task Tidy_CopiesOfLongAgo_AreFetchedWhenTheyAreNeeded()
    {
        var store = await StoreAsync();
        string digest = await PutAsync(store, [6]);

        store.Tidy(DateTimeOffset.UtcNow.AddDays(1));

        new FolderArtefactStore(_folder["copies1"]).Contains(digest).ShouldBeFalse();
        (await ReadAsync(await store.OpenAsync(digest, Token))).ShouldBe([6]);
    }

    protected override async Task<IArtefactStore> OpenAsync() => await StoreAsync();

    private async Task<BucketArtefactStore> StoreAsync(Watched? calls = null)
    {
        var bucket = await Buckets.OpenAsync(
            server, _place, through: calls is null ? null : inner => calls.Around(inner));
        var store = new BucketArtefactStore(bucket, new FolderArtefactStore(_folder[$"copies{++_copies}"]));
        _opened.AddRange([store, bucket]);
        return store;
    }
}
