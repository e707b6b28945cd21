using Cluster.Contract.V1;
using FailureKind = Cluster.Coordinator.Work.FailureKind;
using JobWait = Cluster.Contract.V1.JobWait;
using WaitCause = Cluster.Contract.V1.WaitCause;
using Waited = Cluster.Coordinator.Running.WaitCause;

namespace Cluster.Silo.Tests.Api;

/// <summary>Each job of which nothing runs says why, in lists, alone and in the number of those that wait.</summary>
[Collection("api")]
public sealed class WaitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_WithoutASlot_SaysThatAllAreBusyUntilOneIsFree()
    {
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, PreparationWait = TimeSpan.FromMilliseconds(50) }, slots: 1);
        var begun = host.Node.Hold();
        var running = await host.CreateAsync();
        await begun.WaitAsync(Token);
        var waiting = await host.CreateAsync();

        var wait = await WaitOfAsync(host, waiting.Name);
        wait.ShouldBe(new JobWait { Cause = WaitCause.Slot, Reason = "every slot of the kind that it needs is busy with other work" });
        var listed = (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs;
        listed.Single(job => job.Name == waiting.Name).Progress.Waiting.ShouldBe(wait);
        listed.Single(job => job.Name == running.Name).Progress.Waiting.ShouldBeNull();
        host.Services.GetRequiredService<JobWaits>().Count().ShouldBe(new Dictionary<Waited, int> { [Waited.Slot] = 1 });

        host.Node.Release();
        await host.WatchAsync(waiting.Name);
        (await host.Jobs.GetJobAsync(new GetJobRequest { Name = waiting.Name })).Progress.Waiting.ShouldBeNull();
        host.Services.GetRequiredService<JobWaits>().Count().ShouldBeEmpty();
    }

    [Fact]
    public async Task Job_ThatIsPaused_SaysWhoItWaitsFor()
    {
        await using var host = await ApiHost.StartAsync();
        var begun = host.Node.Hold();
        var job = await host.CreateAsync();
        await begun.WaitAsync(Token);
        await host.Jobs.PauseJobAsync(new PauseJobRequest { Name = job.Name });
        host.Node.Release();

        (await WaitOfAsync(host, job.Name)).ShouldBe(new JobWait { Cause = WaitCause.Pause, Reason = "paused until it is resumed" });
    }

    [Fact]
    public async Task Job_WhoseNodeCannotReadItsFilesNow_SaysWhyAndIsPreparedLater()
    {
        const string Away = "The timing agent 'ssh board' did not greet within 30 s.";
        await using var host = await ApiHost.StartAsync();
        host.Node.Refusal = new FailedResult(FailureKind.Unavailable, Away);

        var job = await host.CreateAsync();

        var wait = await WaitOfAsync(host, job.Name);
        wait.ShouldBe(new JobWait { Cause = WaitCause.Preparation, Reason = $"its files are not read yet: {Away}" });
        host.Node.Refusal = null;
        (await host.WatchAsync(job.Name))[^1].StateChanged.State.ShouldBe(JobState.Succeeded);
    }

    private static async Task<JobWait> WaitOfAsync(ApiHost host, string job)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            if ((await host.Jobs.GetJobAsync(new GetJobRequest { Name = job })).Progress?.Waiting is { } wait)
            {
                return wait;
            }
        }
    }
}
