namespace Cluster.Evaluation.Tests.Setup;

public sealed class SharedResultsTests
{
    private static readonly Guid Measures = Guid.NewGuid();
    private static readonly byte[] Kernels = [1, 2, 3];

    private static readonly WorkItem Item = new AccuracyItem(
        SyntheticNetworks.Easy.Spec.AccuracyContext,
        Plan.Baseline("synthetic", SyntheticNetworks.Easy.Space.Groups.Select(group => group.Name)),
        ImageScope.Full);

    [Fact]
    public void In_SameBuild_FindsStoredResult()
    {
        using var folder = new WorkFolder();

        SharedResults.In(folder.Root).Store(Item, SyntheticNetworks.Easy.Evaluate(Item));

        SharedResults.In(folder.Root).Find(Item).ShouldBeEquivalentTo(SyntheticNetworks.Easy.Evaluate(Item));
        Directory.GetDirectories(folder.Root).ShouldBe([SharedResults.FolderIn(folder.Root)]);
    }

    [Fact]
    public void FolderIn_OtherKernelsOrMeasures_FindsNothingOfTheFirst()
    {
        using var folder = new WorkFolder();
        var own = SharedResults.FolderIn(folder.Root, Kernels, Measures);
        new FolderEvaluationCache(own).Store(Item, SyntheticNetworks.Easy.Evaluate(Item));

        string[] others =
        [
            SharedResults.FolderIn(folder.Root, [1, 2, 4], Measures),
            SharedResults.FolderIn(folder.Root, Kernels, Guid.NewGuid()),
        ];

        others.ShouldAllBe(other => new FolderEvaluationCache(other).Find(Item) == null);
        SharedResults.FolderIn(folder.Root, Kernels, Measures).ShouldBe(own);
    }

    [Fact]
    public void In_UnusedBuilds_AreRemovedAfterRetention()
    {
        using var folder = new WorkFolder();
        var old = Build(folder, "build-0123456789abcdef", opened: 31, stored: 40);
        var recent = Build(folder, "build-0123456789abcde0", opened: 29, stored: 40);
        var busy = Build(folder, "build-0123456789abcde1", opened: 90, stored: 2);
        var other = Build(folder, "mine", opened: 90, stored: 90);

        SharedResults.In(folder.Root).Store(Item, SyntheticNetworks.Easy.Evaluate(Item));

        Directory.GetDirectories(folder.Root).ShouldBe([recent, busy, other, SharedResults.FolderIn(folder.Root)], ignoreOrder: true);
        Directory.Exists(old).ShouldBeFalse();
    }

    [Fact]
    public void In_ABuildOpenedAgainAfterLong_StaysAndIsInUseAgain()
    {
        using var folder = new WorkFolder();
        var own = SharedResults.FolderIn(folder.Root);
        SharedResults.In(folder.Root).Store(Item, SyntheticNetworks.Easy.Evaluate(Item));
        Age(own, opened: 90, stored: 90);

        SharedResults.In(folder.Root).Find(Item).ShouldNotBeNull();

        Directory.GetLastWriteTimeUtc(own).ShouldBeGreaterThan(DateTime.UtcNow.AddDays(-1));
    }

    [Fact]
    public void Store_InAFolderThatWasRemovedMeanwhile_MakesItAnew()
    {
        using var folder = new WorkFolder();
        var results = SharedResults.In(folder.Root);
        Directory.Delete(SharedResults.FolderIn(folder.Root), recursive: true);

        results.Store(Item, SyntheticNetworks.Easy.Evaluate(Item));

        results.Find(Item).ShouldBeEquivalentTo(SyntheticNetworks.Easy.Evaluate(Item));
    }

    private static string Build(WorkFolder folder, string name, int opened, int stored)
    {
        var build = Path.Combine(folder.Root, name);
        new FolderEvaluationCache(build).Store(Item, SyntheticNetworks.Easy.Evaluate(Item));
        Age(build, opened, stored);
        return build;
    }

    private static void Age(string build, int opened, int stored)
    {
        foreach (var part in Directory.GetDirectories(build))
        {
            Directory.SetLastWriteTimeUtc(part, DateTime.UtcNow.AddDays(-stored));
        }

        Directory.SetLastWriteTimeUtc(build, DateTime.UtcNow.AddDays(-opened));
    }
}
