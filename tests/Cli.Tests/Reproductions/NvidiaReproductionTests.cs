using Cluster.Cli.Views;
using Cluster.Evaluation.SingleSteps.Sensitivity;
using Cluster.Reproductions.Nvidia;
using Cluster.Tests;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class NvidiaReproductionTests
{
    [Fact]
    public async Task Nvidia_FewSteps_ClimbsTheLadder()
    {
        using var folder = new WorkFolder();

        var figures = await new NvidiaReproduction(folder["out"], Steps: 40, MostKept: 2, Seed: 0).RunAsync(
            new SensitivityProgress(TextWriter.Null, isLive: false),
            new FineTuneProgressView(TextWriter.Null, isLive: false, 32),
            TextWriter.Null,
            _ => { },
            TestContext.Current.CancellationToken);

        figures.Blocks.ShouldBe(6);
        figures.Difference.ShouldBeLessThan(1e-4);
        figures.Rungs.Select(rung => rung.Name).ShouldBe(
        [
            "PTQ max, branches as trained", "PTQ max", "PTQ entropy", "partial PTQ max, 1 in FP32", "partial PTQ max, 2 in FP32", "QAT",
        ]);
        figures.Rungs.Select(rung => rung.Kept.Count).ShouldBe([0, 0, 0, 1, 2, 0]);
        figures.Rungs.Take(5).ShouldAllBe(rung => rung.TensorRtCorrect > 0);
        var modules = figures.Modules.ToDictionary(module => module.Operator, module => module.Quantized);
        modules.Count.ShouldBe(8);
        (modules["Conv"], modules["Gemm"], modules["LSTM"]).ShouldBe((6, 1, 0));

        // The input of each of the seven layers with weights.
        figures.CacheTensors.ShouldBe(7);
        figures.CacheGivesSameFile.ShouldBeTrue();
        File.Exists(folder["out/max.tensorrt.cache"]).ShouldBeTrue();
    }
}
