namespace Cluster.Silo.Tests.Workers;

/// <summary>Who tells when an evaluator process did what.</summary>
public sealed class EvaluatorWorkTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ConcurrentQueue<EvaluatorWork> _work = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExecuteAsync_Item_ReportsEveryStage()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder) with { Worked = _work.Enqueue });
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        for (int group = 0; group < 3; group++)
        {
            (await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, group), Cancellation)).ShouldBeOfType<AccuracyResult>();
        }

        _work.Count.ShouldBe(3);
        foreach (var work in _work)
        {
            (work.IsTold, work.ProcessId).ShouldBe((true, worker.ProcessId.ShouldNotBeNull()));

            // An item of no time: signs of life would have left stages out.
            work.Times.Stages.Select(stage => stage.Stage).ShouldBe([WorkStage.Preparing, WorkStage.Running]);
            (work.Times.Stages[0].Began, work.Times.Stages[^1].Ended).ShouldBe((work.Times.Began, work.Times.Ended));
            work.Times.Stages[1].Began.ShouldBe(work.Times.Stages[0].Ended);
            work.Times.Stages.ShouldAllBe(stage => stage.Duration >= TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task ExecuteAsync_KilledProcess_IsReportedBySilo()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder) with { Worked = _work.Enqueue });
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=600000");

        var working = worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), Cancellation);
        await Children.BusyAsync(worker, Cancellation);
        int process = worker.ProcessId.ShouldNotBeNull();
        Signals.Send(process, Signals.Kill).ShouldBeTrue();

        (await working).ShouldBeOfType<FailedResult>();
        var work = _work.ShouldHaveSingleItem();
        (work.IsTold, work.ProcessId).ShouldBe((false, process));
        work.Times.Stages.Select(stage => stage.Stage).ShouldBe([WorkStage.Preparing, WorkStage.Running]);
    }
}
