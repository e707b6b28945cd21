using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;
using Cluster.Storage.Files;
using Cluster.Tests;

namespace Cluster.Evaluation.Tests.Setup;

public sealed class SharedResultsTests
{
    private static readonly Guid Measures = Guid.NewGuid();
    private static readonly byte[] Kernels = [1, 2, 3];

    private static readonly WorkItem Item = new AccuracyItem(
        Networks.Easy.Spec.AccuracyContext,
        Plan.Baseline("synthetic", Networks.Easy.Space.Groups.Select(group => group.Name)),
        ImageScope.Full);

    [Fact]
    public void In_TheSameBuild_FindsWhatItStored()
    {
        using var folder = new WorkFolder();

        SharedResults.In(folder.Root).Store(Item, Networks.Easy.Evaluate(Item));

        SharedResults.In(folder.Root).Find(Item).ShouldBeEquivalentTo(Networks.Easy.Evaluate(Item));
        Directory.GetDirectories(folder.Root).ShouldBe([SharedResults.FolderIn(folder.Root)]);
    }

    [Fact]
    public void FolderIn_OtherKernelsOrMeasures_FindsNothingOfTheFirst()
    {
        using var folder = new WorkFolder();
        var own = SharedResults.FolderIn(folder.Root, Kernels, Measures);
        new FolderEvaluationCache(own).Store(Item, Networks.Easy.Evaluate(Item));

        string[] others =
        [
            SharedResults.FolderIn(folder.Root, [1, 2, 4], Measures),
            SharedResults.FolderIn(folder.Root, Kernels, Guid.NewGuid()),
        ];

        others.ShouldAllBe(other => new FolderEvaluationCache(other).Find(Item) == null);
        SharedResults.FolderIn(folder.Root, Kernels, Measures).ShouldBe(own);
    }
}
