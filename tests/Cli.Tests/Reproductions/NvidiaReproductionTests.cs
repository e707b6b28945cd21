using System.Text.Json;
using Cluster.Terminal;
using Cluster.Tests;

namespace Cluster.Cli.Tests.Reproductions;

public sealed class NvidiaReproductionTests
{
    [Fact]
    public async Task Nvidia_FewSteps_ClimbsTheLadder()
    {
        using var folder = new WorkFolder();

        var run = await CommandLineRun.OfAsync("reproduce", "nvidia", "--steps", "40", "--kept", "2", "-o", folder["out"], "--json");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        json.RootElement.GetProperty("blocks").GetInt32().ShouldBe(6);
        json.RootElement.GetProperty("difference").GetDouble().ShouldBeLessThan(1e-4);
        var rungs = json.RootElement.GetProperty("rungs").EnumerateArray().ToArray();
        rungs.Select(rung => rung.GetProperty("name").GetString()).ShouldBe(
        [
            "PTQ max, branches as trained", "PTQ max", "PTQ entropy", "partial PTQ max, 1 in FP32", "partial PTQ max, 2 in FP32", "QAT",
        ]);
        rungs.Select(rung => rung.GetProperty("kept").GetArrayLength()).ShouldBe([0, 0, 0, 1, 2, 0]);
        rungs[..5].ShouldAllBe(rung => rung.GetProperty("tensorRtCorrect").GetInt32() > 0);
        var modules = json.RootElement.GetProperty("modules").EnumerateArray()
            .ToDictionary(module => module.GetProperty("operator").GetString()!, module => module.GetProperty("quantized").GetInt32());
        modules.Count.ShouldBe(8);
        (modules["Conv"], modules["Gemm"], modules["LSTM"]).ShouldBe((6, 1, 0));

        // The input of each of the seven layers with weights.
        json.RootElement.GetProperty("cacheTensors").GetInt32().ShouldBe(7);
        json.RootElement.GetProperty("cacheGivesSameFile").GetBoolean().ShouldBeTrue();
        File.Exists(folder["out/max.tensorrt.cache"]).ShouldBeTrue();
    }
}
