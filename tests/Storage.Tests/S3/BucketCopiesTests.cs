namespace Cluster.Storage.Tests.S3;

/// <summary>How much room copies of artefacts take, of 1,000 bytes each unless it is said otherwise.</summary>
public sealed class BucketCopiesTests(S3Server server) : IDisposable
{
    private const int Size = 1_000;

    private readonly WorkFolder _folder = new();
    private readonly string _place = server.NewPlace();
    private readonly List<IDisposable> _opened = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtefactStore Copies => new(_folder["copies"]);

    public void Dispose()
    {
        _opened.ForEach(opened => opened.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Open_BeyondTheLimit_TheLongestUnusedGoes()
    {
        string[] stored = await UploadAsync(4);
        var store = await StoreAsync(3 * Size);
        foreach (int artefact in new[] { 0, 1, 2 })
        {
            await ReadAsync(store, stored[artefact]);
        }

        // Used again, so that the second is the oldest.
        Age();
        await ReadAsync(store, stored[0]);

        await ReadAsync(store, stored[3]);

        Here(stored).ShouldBe([true, false, true, true]);
        (await ReadAsync(store, stored[1])).ShouldBe(Content(1));
        Bytes().ShouldBe(3 * Size);
    }

    [Fact]
    public async Task Open_RoomIsMade_BeforeTheFileComes()
    {
        string[] stored = await UploadAsync(2);
        long last = -1;
        var store = await StoreAsync(Size, new Watched(_ =>
        {
            last = Bytes();
            return null;
        }));
        await ReadAsync(store, stored[0]);

        await ReadAsync(store, stored[1]);

        Here(stored).ShouldBe([false, true]);
        last.ShouldBe(0, "when the second was asked for");
    }

    [Fact]
    public async Task Hold_MoreThanTheLimit_StaysUntilItIsReleased()
    {
        string[] stored = await UploadAsync(3);
        var store = await StoreAsync(Size);

        await using (await store.HoldAsync(stored[..2], Token))
        {
            // Another use of one of them ends.
            await using (await store.HoldAsync(stored[..1], Token))
            {
            }

            await ReadAsync(store, stored[2]);
            Here(stored[..2]).ShouldBe([true, true]);

            store.Tidy(DateTimeOffset.UtcNow.AddDays(1));
            Here(stored[..2]).ShouldBe([true, true], "what is in use is not old");
        }

        Bytes().ShouldBeLessThanOrEqualTo(Size);
    }

    [Fact]
    public async Task Open_WhileItGoes_ReadsToTheEnd()
    {
        string[] stored = await UploadAsync(2);
        var store = await StoreAsync(Size);

        await using var first = await store.OpenUncheckedAsync(stored[0], Token);
        await ReadAsync(store, stored[1]);

        Here(stored).ShouldBe([false, true]);
        var read = new MemoryStream();
        await first.CopyToAsync(read, Token);
        read.ToArray().ShouldBe(Content(0));
    }

    [Fact]
    public async Task Open_ByManyAtOnce_EveryOneReadsWholeFilesAndTheLimitHoldsAfterwards()
    {
        string[] stored = await UploadAsync(10);
        var store = await StoreAsync(3 * Size);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(reader => Task.Run(
            async () =>
            {
                var order = new Random(reader);
                for (int turn = 0; turn < 15; turn++)
                {
                    int artefact = order.Next(stored.Length);
                    if (turn % 2 == 0)
                    {
                        (await ReadAsync(store, stored[artefact])).ShouldBe(Content(artefact));
                        continue;
                    }

                    // As a process does that works on it: by its path, more than once.
                    await using var held = await store.HoldAsync([stored[artefact]], Token);
                    (await File.ReadAllBytesAsync(Copies.PathOf(stored[artefact]), Token)).ShouldBe(Content(artefact));
                    await ReadAsync(store, stored[order.Next(stored.Length)]);
                    (await File.ReadAllBytesAsync(Copies.PathOf(stored[artefact]), Token)).ShouldBe(Content(artefact));
                }
            },
            Token)));

        Bytes().ShouldBeLessThanOrEqualTo(3 * Size);
    }

    [Fact]
    public async Task Put_BeyondTheLimit_EndsWithinIt()
    {
        var store = await StoreAsync(2 * Size);

        string[] stored = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(artefact => store.PutAsync(new MemoryStream(Content(artefact)), Token)));

        Bytes().ShouldBeLessThanOrEqualTo(2 * Size);
        for (int artefact = 0; artefact < stored.Length; artefact++)
        {
            (await ReadAsync(store, stored[artefact])).ShouldBe(Content(artefact));
        }
    }

    [Fact]
    public async Task Keep_WhatWorkMade_StaysUntilTheBucketHasIt()
    {
        string[] stored = await UploadAsync(2);
        var store = await StoreAsync(Size);
        string made = await Copies.PutAsync(new MemoryStream(Content(7)), Token);
        Age();

        await ReadAsync(store, stored[0]);
        Copies.Contains(made).ShouldBeTrue("the bucket has not got it");

        await store.KeepAsync(made, Token);
        await ReadAsync(store, stored[1]);
        Copies.Contains(made).ShouldBeFalse();
        await store.KeepAsync(made, Token);
        (await ReadAsync(store, made)).ShouldBe(Content(7));
    }

    [Fact]
    public async Task Keep_WhatIsNowhere_IsRefused()
    {
        var store = await StoreAsync(Size);

        (await Should.ThrowAsync<JobException>(() => store.KeepAsync(new string('a', 64), Token))).Message
            .ShouldContain("is gone from this machine: run the job again");
    }

    [Fact]
    public async Task Open_AfterACrash_CountsWhatWasLeft()
    {
        string[] stored = await UploadAsync(2);
        await using (var before = await (await StoreAsync(Size)).OpenAsync(stored[0], Token))
        {
        }

        // What a process that is killed leaves of a file that comes.
        await File.WriteAllBytesAsync(Path.Combine(_folder["copies"], ".new.abc.part"), new byte[Size], Token);

        var store = await StoreAsync(2 * Size);
        await ReadAsync(store, stored[1]);

        Here(stored).ShouldBe([false, true]);
        store.Tidy(DateTimeOffset.UtcNow.AddDays(-1));
        Bytes().ShouldBe(2 * Size, "half a file may still be written");
    }

    [Fact]
    public async Task Release_WhileTheBucketIsAway_LeavesCopiesUntilItAnswers()
    {
        string[] stored = await UploadAsync(2);
        bool isAway = false;
        var store = await StoreAsync(Size, new Watched(_ => Volatile.Read(ref isAway)
            ? new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable)
            : null));

        var held = await store.HoldAsync(stored, Token);
        Volatile.Write(ref isAway, true);
        await held.DisposeAsync();
        Here(stored).ShouldBe([true, true]);

        Volatile.Write(ref isAway, false);
        await ReadAsync(store, stored[0]);
        Bytes().ShouldBe(Size);
    }

    private static byte[] Content(int artefact)
    {
        byte[] bytes = new byte[Size];
        new Random(artefact).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReadAsync(IArtefactStore store, string sha256)
    {
        await using var file = await store.OpenAsync(sha256, Token);
        var read = new MemoryStream();
        await file.CopyToAsync(read, Token);
        return read.ToArray();
    }

    private async Task<string[]> UploadAsync(int count)
    {
        var elsewhere = new BucketArtefactStore(await BucketAsync(), new FolderArtefactStore(_folder["elsewhere"]));
        _opened.Add(elsewhere);
        var stored = new string[count];
        for (int artefact = 0; artefact < count; artefact++)
        {
            stored[artefact] = await elsewhere.PutAsync(new MemoryStream(Content(artefact)), Token);
        }

        return stored;
    }

    private async Task<BucketArtefactStore> StoreAsync(long mostBytes, Watched? calls = null)
    {
        var store = new BucketArtefactStore(await BucketAsync(calls), Copies, mostBytes);
        _opened.Add(store);
        return store;
    }

    private async Task<BucketClient> BucketAsync(Watched? calls = null)
    {
        var bucket = await Buckets.OpenAsync(server, _place, through: calls is null ? null : inner => calls.Around(inner));
        _opened.Add(bucket);
        return bucket;
    }

    private bool[] Here(string[] stored) => [.. stored.Select(Copies.Contains)];

    private long Bytes() => new DirectoryInfo(_folder["copies"]).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    // Every copy becomes an hour older than it is.
    private void Age()
    {
        foreach (var copy in new DirectoryInfo(_folder["copies"]).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            copy.LastWriteTimeUtc -= TimeSpan.FromHours(1);
        }
    }
}
