using System.Text.Json.Nodes;

namespace Cluster.EndToEnd.Run;

/// <summary>The file that a job leaves in its folder is the same job.</summary>
public sealed class ConfigTests(GlyphJob job)
{
    [Fact]
    public async Task Run_TheFileOfAJob_IsTheSameJob()
    {
        using var folder = new WorkFolder();
        var finished = await job.FinishedAsync();

        (await JobIdAsync([])).ShouldBe(finished.State().JobId);
        (await JobIdAsync(["--batch", "1"])).ShouldNotBe(finished.State().JobId, "the command line wins");
        Directory.Exists(folder["other"]).ShouldBeFalse();

        async Task<string?> JobIdAsync(string[] more)
        {
            var run = await ClusterProcess.RunAsync(
                folder.Root, ["run", "--config", finished["job.yaml"], "-o", "other", "--dry-run", "--json", .. more]);
            run.ShouldBeDone();
            return JsonNode.Parse(run.Output)!["jobId"]!.GetValue<string>();
        }
    }
}
