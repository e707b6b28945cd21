namespace Cluster.Storage.Tests.Files;

public sealed class FolderArtefactStoreTests : ArtefactStoreConformance, IDisposable
{
    private readonly WorkFolder _folder = new();

    private FolderArtefactStore Opened => new(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Put_SameBytesTwice_LeavesOneFile()
    {
        await PutAsync(Opened, "abc"u8.ToArray());
        await PutAsync(Opened, "abc"u8.ToArray());

        Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Open_ChangedFile_IsRefusedButForReadersThatCheckIt()
    {
        var store = Opened;
        string digest = await PutAsync(store, "abc"u8.ToArray());
        await File.WriteAllTextAsync(store.PathOf(digest), "abd", Token);

        (await Should.ThrowAsync<JobException>(() => store.OpenAsync(digest, Token))).Message.ShouldContain("changed or damaged");
        (await ReadAsync(await store.OpenUncheckedAsync(digest, Token))).ShouldBe("abd"u8.ToArray());
    }

    [Fact]
    public async Task PutExpected_OtherBytes_LeavesNothing()
    {
        var store = Opened;

        (await Should.ThrowAsync<JobException>(() => store.PutAsync(new MemoryStream([1]), new string('a', 64), named: null, Token)))
            .Message.ShouldContain("changed or damaged");

        Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Claims_BesideArtefacts_AreNoArtefactsAndStay()
    {
        var store = Opened;
        var claims = new FolderArtefactClaims(_folder.Root);
        string stored = await PutAsync(store, [1]);
        await claims.ClaimAsync(stored, "one", Token);

        store.Tidy(DateTimeOffset.UtcNow.AddDays(1));

        (await store.ListAsync(Token).SingleAsync(Token)).Sha256.ShouldBe(stored);
        (await claims.IsClaimedAsync(stored, "one", Token)).ShouldBeTrue();
    }

    protected override Task<IArtefactStore> OpenAsync() => Task.FromResult<IArtefactStore>(Opened);
}
