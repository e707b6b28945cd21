namespace Cluster.Tests;

/// <summary>What every store of artefacts must do; each implementation's tests inherit it.</summary>
public abstract class ArtefactStoreConformance
{
    private static readonly string Missing = new('a', 64);

    /// <summary>The running test's.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_Bytes_AreFoundByTheirSha256AlsoAfterReopening()
    {
        string digest = await PutAsync(await OpenAsync(), "abc"u8.ToArray());

        // FIPS 180-4's example.
        digest.ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        var store = await OpenAsync();
        (await store.SizeAsync(digest, Token)).ShouldBe(3);
        (await ReadAsync(await store.OpenAsync(digest, Token))).ShouldBe("abc"u8.ToArray());
        (await ReadAsync(await store.OpenUncheckedAsync(digest, Token))).ShouldBe("abc"u8.ToArray());
    }

    [Fact]
    public async Task Put_NoBytes_IsAnArtefactToo()
    {
        var store = await OpenAsync();

        string digest = await PutAsync(store, []);

        (await store.SizeAsync(digest, Token)).ShouldBe(0);
        (await ReadAsync(await store.OpenAsync(digest, Token))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Put_SameBytesAtOnce_LeavesOneArtefact()
    {
        var store = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PutAsync(store, "abc"u8.ToArray()))));

        (await store.ListAsync(Token).ToArrayAsync(Token)).ShouldHaveSingleItem().SizeBytes.ShouldBe(3);
    }

    [Fact]
    public async Task Put_StreamThatBreaks_LeavesNothing()
    {
        var store = await OpenAsync();

        await Should.ThrowAsync<IOException>(() => store.PutAsync(new BrokenStream(), Token));

        (await store.ListAsync(Token).ToArrayAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_Artefacts_AreThoseThatWerePut()
    {
        var store = await OpenAsync();
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        string one = await PutAsync(store, [1]);
        string two = await PutAsync(store, [1, 2]);

        var found = await store.ListAsync(Token).ToArrayAsync(Token);

        found.Select(artefact => (artefact.Sha256, artefact.SizeBytes)).ShouldBe([(one, 1), (two, 2)], ignoreOrder: true);
        found.ShouldAllBe(artefact => artefact.StoredAt > before && artefact.StoredAt < DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Touch_Artefact_IsAsItWasAndNoOlder()
    {
        var store = await OpenAsync();
        string digest = await PutAsync(store, [7, 8]);
        var before = (await store.ListAsync(Token).SingleAsync(Token)).StoredAt;

        // A store may know it to the second only.
        ((await store.StoredAtAsync(digest, Token)).ShouldNotBeNull() - before).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
        (await store.StoredAtAsync(Missing, Token)).ShouldBeNull();
        await store.TouchAsync(digest, Token);
        await store.TouchAsync(Missing, Token);

        (await store.ListAsync(Token).SingleAsync(Token)).StoredAt.ShouldBeGreaterThanOrEqualTo(before);
        (await ReadAsync(await (await OpenAsync()).OpenAsync(digest, Token))).ShouldBe([7, 8]);
    }

    [Fact]
    public async Task Remove_ArtefactThatIsNewer_LeavesIt()
    {
        var store = await OpenAsync();
        string digest = await PutAsync(store, [9]);
        var at = (await store.StoredAtAsync(digest, Token)).ShouldNotBeNull();

        (await store.RemoveAsync(digest, at.AddSeconds(-5), Token)).ShouldBeFalse();

        (await ReadAsync(await store.OpenAsync(digest, Token))).ShouldBe([9]);
        (await store.StoredAtAsync(digest, Token)).ShouldBe(at);
        (await store.RemoveAsync(digest, at, Token)).ShouldBeTrue();
        (await store.StoredAtAsync(digest, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Remove_OpenArtefact_IsReadToItsEnd()
    {
        var store = await OpenAsync();
        string digest = await PutAsync(store, "abc"u8.ToArray());
        string other = await PutAsync(store, "abd"u8.ToArray());
        await using var open = await store.OpenUncheckedAsync(digest, Token);

        (await store.RemoveAsync(digest, DateTimeOffset.MaxValue, Token)).ShouldBeTrue();

        (await store.SizeAsync(digest, Token)).ShouldBeNull();
        (await store.RemoveAsync(digest, DateTimeOffset.MaxValue, Token)).ShouldBeFalse();
        (await ReadAsync(open)).ShouldBe("abc"u8.ToArray());
        (await store.ListAsync(Token).SingleAsync(Token)).Sha256.ShouldBe(other);
    }

    [Fact]
    public async Task Open_Missing_SaysWhereItIsNot()
    {
        var store = await OpenAsync();

        (await Should.ThrowAsync<JobException>(() => store.OpenAsync(Missing, Token))).Message.ShouldContain("is not in");
        (await Should.ThrowAsync<JobException>(() => store.OpenUncheckedAsync(Missing, Token))).Message.ShouldContain("is not in");
    }

    [Fact]
    public async Task Size_NotADigest_IsRefused()
    {
        var store = await OpenAsync();
        foreach (string digest in new[] { "../../etc/passwd", Missing.ToUpperInvariant(), "" })
        {
            (await Should.ThrowAsync<JobException>(async () => await store.SizeAsync(digest, Token)))
                .Message.ShouldContain("not a SHA-256");
        }
    }

    /// <summary>Opens the test's store; again what was opened before.</summary>
    protected abstract Task<IArtefactStore> OpenAsync();

    /// <summary>Stores bytes and returns their digest.</summary>
    protected static Task<string> PutAsync(IArtefactStore store, byte[] bytes) => store.PutAsync(new MemoryStream(bytes), Token);

    /// <summary>All bytes of a stream, which is closed then.</summary>
    protected static async Task<byte[]> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, Token);
            return bytes.ToArray();
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("the sender went away");
    }
}
