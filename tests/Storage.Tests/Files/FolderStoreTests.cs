using System.Text;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Storage.Files;

namespace Cluster.Storage.Tests.Files;

public sealed class FolderStoreTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Store_FolderThatCannotBeWritten_SaysSoAndLosesOnlyTime()
    {
        var told = new List<string>();
        var cache = new FolderEvaluationCache(_folder.Root, told.Add);
        File.WriteAllText(Path.Combine(_folder.Root, Item.Id[..2]), "in the way of the folder");

        cache.Store(Item, Sample.Accuracy([true], kl: 0.1));

        told.ShouldHaveSingleItem();
        cache.Find(Item).ShouldBeNull();
    }

    [Fact]
    public async Task Put_Bytes_AreFoundByTheirSha256()
    {
        var store = new FolderArtefactStore(_folder.Root);

        var digest = await store.PutAsync(new MemoryStream("abc"u8.ToArray()), Token);

        // FIPS 180-4's example.
        digest.ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        store.Contains(digest).ShouldBeTrue();
        using var reader = new StreamReader(await store.OpenAsync(digest, Token));
        (await reader.ReadToEndAsync(Token)).ShouldBe("abc");
    }

    [Fact]
    public async Task Put_SameBytesAtOnce_LeavesOneFile()
    {
        var store = new FolderArtefactStore(_folder.Root);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.PutAsync(new MemoryStream("abc"u8.ToArray()), Token))));

        Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Open_ChangedFile_IsRefused()
    {
        var store = new FolderArtefactStore(_folder.Root);
        var digest = await store.PutAsync(new MemoryStream("abc"u8.ToArray()), Token);
        await File.WriteAllTextAsync(store.PathOf(digest), "abd", Token);

        (await Should.ThrowAsync<JobException>(() => store.OpenAsync(digest, Token))).Message.ShouldContain("changed or damaged");
    }

    [Fact]
    public async Task OpenUnchecked_ChangedFile_IsReadAsItIs()
    {
        var store = new FolderArtefactStore(_folder.Root);
        var digest = await store.PutAsync(new MemoryStream("abc"u8.ToArray()), Token);
        await File.WriteAllTextAsync(store.PathOf(digest), "abd", Token);

        using var reader = new StreamReader(store.OpenUnchecked(digest));

        (await reader.ReadToEndAsync(Token)).ShouldBe("abd");
        Should.Throw<JobException>(() => store.OpenUnchecked(new string('a', 64))).Message.ShouldContain("is not in");
    }

    [Fact]
    public async Task Remove_OpenArtefact_IsReadToItsEnd()
    {
        var store = new FolderArtefactStore(_folder.Root);
        var digest = await store.PutAsync(new MemoryStream("abc"u8.ToArray()), Token);
        using var reader = new StreamReader(store.OpenUnchecked(digest));

        store.SizeOf(digest).ShouldBe(3);
        store.Remove(digest).ShouldBeTrue();

        (store.SizeOf(digest), store.Contains(digest), store.Remove(digest)).ShouldBe((null, false, false));
        (await reader.ReadToEndAsync(Token)).ShouldBe("abc");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("")]
    public void PathOf_NotADigest_IsRefused(string digest) =>
        Should.Throw<JobException>(() => new FolderArtefactStore(_folder.Root).PathOf(digest)).Message.ShouldContain("not a SHA-256");

    [Fact]
    public async Task Open_Missing_SaysSo() =>
        (await Should.ThrowAsync<JobException>(() => new FolderArtefactStore(_folder.Root).OpenAsync(new string('a', 64), Token)))
            .Message.ShouldContain("is not in");

    [Fact]
    public void Find_StoredResult_IsEqual()
    {
        var cache = new FolderEvaluationCache(_folder.Root);
        cache.Store(Item, Sample.Accuracy([true, false], 0.25));

        var found = new FolderEvaluationCache(_folder.Root).Find(Item).ShouldBeOfType<AccuracyResult>();

        Cluster.Coordinator.Json.CanonicalJson.Digest<WorkResult>(found)
            .ShouldBe(Cluster.Coordinator.Json.CanonicalJson.Digest<WorkResult>(Sample.Accuracy([true, false], 0.25)));
        cache.Find(Item with { Context = "other" }).ShouldBeNull();
    }

    [Fact]
    public void Find_StoredSweepWithAGroupWithoutNoise_IsEqual()
    {
        var cache = new FolderEvaluationCache(_folder.Root);
        var item = new SensitivityItem("c", "kl", 10);
        var sweep = new SensitivityResult(
            [new GroupSensitivity("a", 0, SqnrDb: null, 9, 10), new GroupSensitivity("b", 0.5, 20.5, 8, 10)], 1.5);
        cache.Store(item, sweep);

        cache.Find(item).ShouldBeOfType<SensitivityResult>().Groups.ShouldBe(sweep.Groups);
    }

    [Fact]
    public void Find_AnyByteChanged_IsAMiss()
    {
        var cache = new FolderEvaluationCache(_folder.Root);
        cache.Store(Item, Sample.Accuracy([true, false], 0.25));
        var path = Directory.GetFiles(_folder.Root, "*.json", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(path);

        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            File.WriteAllBytes(path, changed);
            cache.Find(Item).ShouldBeNull($"byte {i} of {Encoding.UTF8.GetString(bytes)}");
        }

        File.WriteAllBytes(path, bytes[..^1]);
        cache.Find(Item).ShouldBeNull();
    }

    [Fact]
    public void Store_LatencyOrFailure_IsNotKept()
    {
        var cache = new FolderEvaluationCache(_folder.Root);
        var latency = new LatencyItem("c", Item.Plan);
        cache.Store(latency, Sample.Latency(Item.Plan.Digest, 1, 2));
        cache.Store(Item, new FailedResult(FailureKind.OutOfMemory, "no"));

        cache.Find(latency).ShouldBeNull();
        cache.Find(Item).ShouldBeNull();
    }

    private static AccuracyItem Item { get; } =
        new("context", Plan.Uniform(GroupFormat.Int8, "t", ["a"], "max", biasCorrection: false), ImageScope.Full);
}
