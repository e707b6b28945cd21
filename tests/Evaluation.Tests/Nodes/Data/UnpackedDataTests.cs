using Cluster.Evaluation.Nodes.Data;

namespace Cluster.Evaluation.Tests.Nodes.Data;

/// <summary>Data that were unpacked on a node: once, whole or not at all, and gone again where there is no room.</summary>
public sealed class UnpackedDataTests : IDisposable
{
    private const int Bytes = 1000;

    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NodeFolders Folders => new(_folder["artefacts"], _folder["cache"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OpenAsync_SeveralAtOnce_UnpackOnce()
    {
        string digest = await PutAsync(1);
        var data = Data(Folders);
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => data.OpenAsync(digest, Token)));
        opened.Select(folder => folder.Path).Distinct().ShouldHaveSingleItem();
        (await File.ReadAllBytesAsync(Path.Combine(opened[0].Path, "a"), Token)).ShouldBe(Content(1));
        Array.ForEach(opened, folder => folder.Dispose());
    }

    [Fact]
    public async Task OpenAsync_ArtefactMissingOrRefused_LeavesNothing()
    {
        using var tar = new MemoryStream(SampleTar.Of(("good", [1]), ("../bad", [1])));
        string digest = await Store().PutAsync(tar, Token);
        await Should.ThrowAsync<NodeUnfitException>(Data(Folders).OpenAsync(new string('0', 64), Token));
        await Should.ThrowAsync<JobException>(Data(Folders).OpenAsync(digest, Token));
        Directory.EnumerateDirectories(Folders.Data).ShouldBeEmpty();
    }

    [Fact]
    public async Task OpenAsync_AboveTheLimit_TakesThePlaceOfWhatWasUnusedForLongest()
    {
        string[] digests = [await PutAsync(1), await PutAsync(2), await PutAsync(3)];
        foreach (string digest in digests[..2])
        {
            using var opened = await Data(Folders).OpenAsync(digest, Token);
        }

        Age(digests[0], days: 2);
        Age(digests[1], days: 1);
        using (await Data(Folders).OpenAsync(digests[0], Token))
        {
            // Used again, so the other one is now the oldest.
        }

        // What comes is taken to be as long as its tar.
        var tight = Folders with { UnpackedBytes = TarBytes(digests[2]) + Bytes };
        using var third = await Data(tight).OpenAsync(digests[2], Token);

        Unpacked().ShouldBe([digests[0], digests[2]], ignoreOrder: true);
        LocksOf(digests[1]).ShouldBeEmpty("they go with the folder");
        LocksOf(digests[0]).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task OpenAsync_NoRoomWhileAllIsInUse_KeepsAllOfIt()
    {
        var folders = Folders with { UnpackedBytes = 1 };
        string[] digests = [await PutAsync(1), await PutAsync(2)];
        using var first = await Data(folders).OpenAsync(digests[0], Token);
        using var second = await Data(folders).OpenAsync(digests[1], Token);

        (await File.ReadAllBytesAsync(Path.Combine(first.Path, "a"), Token)).ShouldBe(Content(1));
        (await File.ReadAllBytesAsync(Path.Combine(second.Path, "a"), Token)).ShouldBe(Content(2));

        first.Dispose();
        folders.DataRoom.Make(0);
        Unpacked().ShouldBe([digests[1]]);
        using var again = await Data(Folders).OpenAsync(digests[0], Token);
        (await File.ReadAllBytesAsync(Path.Combine(again.Path, "a"), Token)).ShouldBe(Content(1));
    }

    [Fact]
    public async Task Tidy_WhatNobodyUsedForLong_GoesAndWhatIsInUseStays()
    {
        string[] digests = [await PutAsync(1), await PutAsync(2), await PutAsync(3)];
        using var held = await Data(Folders).OpenAsync(digests[0], Token);
        foreach (string digest in digests[1..])
        {
            using var opened = await Data(Folders).OpenAsync(digest, Token);
        }

        Age(digests[0], days: 40);
        Age(digests[1], days: 40);
        Age(digests[2], days: 20);

        Folders.DataRoom.Tidy(DateTimeOffset.UtcNow - TimeSpan.FromDays(30)).ShouldBe([digests[1]]);

        Unpacked().ShouldBe([digests[0], digests[2]], ignoreOrder: true);
    }

    [Fact]
    public async Task Tidy_WhatKilledProcessesLeft_Goes()
    {
        string digest = await PutAsync(1);
        string part = Path.Combine(Folders.Data, $"{digest}.part");
        string fresh = Path.Combine(Folders.Data, $"{new string('b', 64)}.part");
        string gone = Path.Combine(Folders.Data, $"{new string('c', 64)}.x.gone");
        foreach (string folder in new[] { part, fresh, gone })
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, "a"), Content(1), Token);
        }

        Directory.SetLastWriteTimeUtc(part, DateTime.UtcNow - TimeSpan.FromDays(40));

        Folders.DataRoom.Tidy(DateTimeOffset.UtcNow - TimeSpan.FromDays(30)).ShouldBeEmpty();

        Directory.EnumerateDirectories(Folders.Data).ShouldBe([fresh], "another process may be unpacking it");
        using var opened = await Data(Folders).OpenAsync(digest, Token);
        Unpacked().ShouldBe([digest]);
    }

    [Fact]
    public async Task Tidy_LocksOfWhatIsNotThere_GoUnlessInUse()
    {
        string[] digests = [new string('d', 64), new string('e', 64), await PutAsync(1)];
        Directory.CreateDirectory(Folders.Data);
        foreach (string ending in new[] { ".use", ".lock", ".lock.gate" })
        {
            await File.WriteAllBytesAsync(Path.Combine(Folders.Data, digests[0] + ending), [], Token);
            await File.WriteAllBytesAsync(Path.Combine(Folders.Data, digests[1] + ending), [], Token);
        }

        string other = Path.Combine(Folders.Data, "notes.lock");
        await File.WriteAllBytesAsync(other, [], Token);
        using var held = CachedFolder.Use(Path.Combine(Folders.Data, digests[1]));
        using var opened = await Data(Folders).OpenAsync(digests[2], Token);

        Folders.DataRoom.Tidy(DateTimeOffset.UtcNow - TimeSpan.FromDays(30)).ShouldBeEmpty();

        LocksOf(digests[0]).ShouldBeEmpty();
        LocksOf(digests[1]).Length.ShouldBe(3);
        LocksOf(digests[2]).Length.ShouldBe(3);
        File.Exists(other).ShouldBeTrue("it is no digest's");
    }

    [Fact]
    public async Task OpenAsync_WhileOthersRemoveAllTheTime_AlwaysHasItsFiles()
    {
        var folders = Folders with { UnpackedBytes = 1 };
        string[] digests = [await PutAsync(1), await PutAsync(2), await PutAsync(3)];
        await Task.WhenAll(Enumerable.Range(0, 3).Select(worker => Task.Run(
            async () =>
            {
                for (int round = 0; round < 50; round++)
                {
                    int number = (worker + round) % digests.Length;
                    using var opened = await Data(folders).OpenAsync(digests[number], Token);
                    (await File.ReadAllBytesAsync(Path.Combine(opened.Path, "a"), Token)).ShouldBe(Content(number + 1));
                }
            },
            Token)));
    }

    private static byte[] Content(int number) => [.. Enumerable.Repeat((byte)number, Bytes)];

    private FolderArtefactStore Store() => new(_folder["artefacts"]);

    private UnpackedData Data(NodeFolders folders) => new(Store(), folders, TarLimits.Default);

    private long TarBytes(string digest) => new FileInfo(Store().PathOf(digest)).Length;

    private async Task<string> PutAsync(int number)
    {
        using var tar = new MemoryStream(SampleTar.Of(("a", Content(number))));
        return await Store().PutAsync(tar, Token);
    }

    private void Age(string digest, int days) =>
        Directory.SetLastWriteTimeUtc(Path.Combine(Folders.Data, digest), DateTime.UtcNow - TimeSpan.FromDays(days));

    private string[] LocksOf(string digest) => [.. Directory.EnumerateFiles(Folders.Data, $"{digest}.*")];

    private string[] Unpacked() =>
        [.. Directory.EnumerateDirectories(Folders.Data).Select(folder => Path.GetFileName(folder)).Where(name => name.Length == 64)];
}
