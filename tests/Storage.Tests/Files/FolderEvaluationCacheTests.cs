using Cluster.Coordinator.Work;

namespace Cluster.Storage.Tests.Files;

public sealed class FolderEvaluationCacheTests : IDisposable
{
    private readonly WorkFolder _folder = new();

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
    public void Find_StoredResult_IsEqual()
    {
        var cache = new FolderEvaluationCache(_folder.Root);
        cache.Store(Item, Sample.Accuracy([true, false], 0.25));

        var found = new FolderEvaluationCache(_folder.Root).Find(Item).ShouldBeOfType<AccuracyResult>();

        Cluster.Plans.CanonicalJson.Digest<WorkResult>(found)
            .ShouldBe(Cluster.Plans.CanonicalJson.Digest<WorkResult>(Sample.Accuracy([true, false], 0.25)));
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
