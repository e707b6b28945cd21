namespace Cluster.Silo.Tests.Workers;

[Long]
public sealed class PoisonTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nan", FailureKind.NotFinite, true)]
    [InlineData("oom", FailureKind.OutOfMemory, false)]
    [InlineData("hang", FailureKind.DeadlineExceeded, false)]
    [InlineData("segv", FailureKind.NativeCrash, false)]
    [InlineData("exit", FailureKind.NativeCrash, false)]
    public async Task ExecuteAsync_PoisonedItem_FailsByTheTableAndTheSlotIsBack(string verb, FailureKind expected, bool childLives)
    {
        // Only what hangs is to meet the limit: the others may take long on a busy machine.
        var limit = verb == "hang" ? TimeSpan.FromSeconds(3) : TimeSpan.FromMinutes(5);
        await using var worker = new ChildProcessWorker(Children.Options(_folder) with { MemoryLimit = 512 << 20, RunLimit = limit });
        var (job, poisoned) = SyntheticJobs.Poisoned(verb);
        var healthy = new LatencyItem(job.Spec.LatencyContext, poisoned.Plan);
        (await worker.ExecuteAsync(job, healthy, TestContext.Current.CancellationToken)).ShouldBeOfType<LatencyResult>();
        int first = worker.ProcessId.ShouldNotBeNull();

        var failure = (await worker.ExecuteAsync(job, poisoned, TestContext.Current.CancellationToken))
            .ShouldBeOfType<FailedResult>();
        var after = await worker.ExecuteAsync(job, healthy, TestContext.Current.CancellationToken);

        failure.Kind.ShouldBe(expected, failure.Reason);
        failure.Reason.Contains("SIGSEGV", StringComparison.Ordinal).ShouldBe(verb == "segv", failure.Reason);
        after.ShouldBeOfType<LatencyResult>();
        (worker.ProcessId == first).ShouldBe(childLives);
        Children.IsAlive(first).ShouldBe(childLives);
    }
}
