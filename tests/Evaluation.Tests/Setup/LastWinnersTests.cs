using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Evaluation.Setup;
using Cluster.Tests;

namespace Cluster.Evaluation.Tests.Setup;

public sealed class LastWinnersTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Find_JobAboutTheSame_HasTheWinnerAndItsJob()
    {
        var found = await KeptAsync();
        var winners = new LastWinners(_folder.Root);

        var first = winners.Find(found.Spec.Choosing(options => options with { MaxDrop = 0.03, Seed = 4, Batch = 8 })).ShouldNotBeNull();

        (first.Plan, first.Job).ShouldBe((found.Winner.Plan, found.Spec.JobId));
        winners.Find(found.Spec with { Data = found.Spec.Data with { Evaluation = "others" } }).ShouldNotBeNull();
    }

    [Fact]
    public async Task Find_OtherNetworkCalibrationTargetOrVersion_FindsNothing()
    {
        var spec = (await KeptAsync()).Spec;
        JobSpec[] others =
        [
            spec with { ModelDigest = "other" },
            spec with { Data = spec.Data with { Calibration = "other" } },
            spec.Choosing(options => options with { Target = "other" }),
            spec with { Versions = spec.Versions with { Runtime = "other" } },
        ];

        others.ShouldAllBe(other => new LastWinners(_folder.Root).Find(other) == null);
    }

    [Fact]
    public async Task Keep_StoppedJobOrFloat32_KeepsNothing()
    {
        var found = await Jobs.RunAsync(Networks.Sensitive);
        var winners = new LastWinners(_folder.Root);

        winners.Keep(found with { Stopped = "told to" });
        winners.Keep(found with { Selection = found.Selection with { Feasible = false } });

        winners.Find(found.Spec).ShouldBeNull();
    }

    [Fact]
    public async Task Find_TornFile_FindsNothing()
    {
        var spec = (await KeptAsync()).Spec;
        string file = Directory.GetFiles(_folder.Root, "*.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
        string text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, text[..(text.Length / 2)], TestContext.Current.CancellationToken);

        new LastWinners(_folder.Root).Find(spec).ShouldBeNull();
    }

    private async Task<JobOutcome> KeptAsync()
    {
        var found = await Jobs.RunAsync(Networks.Sensitive);
        new LastWinners(_folder.Root).Keep(found);
        return found;
    }
}
