using Cluster.Contract.V1;
using ProofVerdict = Cluster.Contract.V1.ProofVerdict;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A deployed winner proved by a server, on a schedule that outlives the server's processes.</summary>
[Long]
public sealed class ProofTests(GlyphJob job)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prove_OnASchedule_JudgesNowAndWaitsThroughAKill()
    {
        using var folder = new WorkFolder();
        await using var silo = await new SiloProcess(folder.Root) { Program = "Silo" }.StartedAsync();
        (await ClusterProcess.RunAsync(
            folder.Root,
            [
                "submit", "--server", silo.Address, "--model", GlyphJob.Model, "--data", job.Calibration, "--eval", job.Evaluation,
                "--methods", "max", "--batch", "8", "--budget-evals", "6", .. GlyphJob.Budget, "--reconstruct", "never", "--watch",
            ])).ShouldBeDone();
        string searched = (await JobsAsync(silo)).Single().Name;

        var proved = await ClusterProcess.RunAsync(folder.Root, "prove", searched, "--every", "60d", "--server", silo.Address, "--json");
        proved.Code.ShouldBe(0, proved.Error);
        string proof = proved.Json().GetProperty("name").GetString()!;
        (await ClusterProcess.RunAsync(folder.Root, "watch", proof, "--server", silo.Address)).Code.ShouldBe(0);

        var ended = (await JobsAsync(silo)).Single(one => one.Name == proof);
        (ended.State, ended.Proves, ended.Winner.Proof).ShouldBe((JobState.Succeeded, searched, ProofVerdict.Holds));
        ended.Winner.Reason.ShouldStartWith("Every promise holds: onnxruntime");
        var next = Waiting(await JobsAsync(silo));
        (next.NotBefore.ToDateTime() - ended.CreateTime.ToDateTime()).ShouldBe(TimeSpan.FromDays(60), TimeSpan.FromSeconds(1));

        await silo.KillAsync();
        await silo.StartAsync();

        Waiting(await JobsAsync(silo)).NotBefore.ShouldBe(next.NotBefore);
        var cancelled = await ClusterProcess.RunAsync(folder.Root, "cancel", next.Name, "--server", silo.Address);
        cancelled.Code.ShouldBe(0, cancelled.Error);
        (await JobsAsync(silo)).ShouldNotContain(one => one.State == JobState.Scheduled, "the schedule has ended");

        // Nothing was published that could be proved.
        var refused = await ClusterProcess.RunAsync(folder.Root, "prove", next.Name, "--server", silo.Address);
        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain("ARTEFACT_MISSING");
    }

    private static Job Waiting(IEnumerable<Job> jobs) => jobs.Single(one => one.State == JobState.Scheduled);

    private static async Task<IReadOnlyList<Job>> JobsAsync(SiloProcess silo)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address);
        return (await new JobService.JobServiceClient(channel).ListJobsAsync(new ListJobsRequest(), cancellationToken: Token)).Jobs;
    }
}
