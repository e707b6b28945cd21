using Cluster.Storage.Locks;

namespace Cluster.Silo.Tests.Workers;

[Long]
public sealed class ChildProcessWorkerTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static readonly Dictionary<string, string?> NoAgent = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExecuteAsync_ItemsOfSeveralJobs_AreDoneByOneProcess()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder));
        var processes = new List<int?>();
        foreach (string target in new[]
        {
            "synthetic:groups=8,ms=0", "synthetic:groups=9,ms=0", "synthetic:groups=8,ms=0", "synthetic:groups=10,ms=0"
        })
        {
            var job = SyntheticJobs.Entry(target);
            for (int group = 0; group < 3; group++)
            {
                (await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, group), Cancellation)).ShouldBeOfType<AccuracyResult>();
                processes.Add(worker.ProcessId);
            }
        }

        processes.Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
    }

    [Fact]
    public async Task ExecuteAsync_PublishingAJournalOfManyMessages_ReadsItWhole()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder));
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        var item = SyntheticJobs.Candidate(job, 0);
        var events = new List<JournalEvent>
        {
            new JobSubmitted(job.Spec.JobId, job.Spec, job.Space),
            new RoundProposed(0, 0, "long", [new ProposedItem(0, item.Id, item)]),
        };
        for (int attempt = 1; attempt <= JournalPage.Length; attempt++)
        {
            events.Add(new AttemptStarted(0, attempt, "node-1", "cpu:0"));
            events.Add(new AttemptFailed(0, attempt, new FailedResult(FailureKind.Unavailable, "away")));
        }

        events.Add(new ItemFailed(0, item.Id, new FailedResult(FailureKind.NotFinite, "no"), JournalPage.Length));
        var begun = Records(events);
        events.Add(new WinnerSelected(item.Plan, Feasible: true, WinnerKind.Faster, "It is."));

        // Twice, so that what is left of one journal would be seen in the next; in between one without a winner.
        var publish = new PublishItem(job.Spec.JobId);
        var published = await worker.ExecuteAsync(job, publish, Records(events), Cancellation);
        var refused = await worker.ExecuteAsync(job, publish, begun, Cancellation);
        var again = await worker.ExecuteAsync(job, publish, Records(events), Cancellation);

        var artefact = published.ShouldBeOfType<PublishedResult>().Artefacts.ShouldHaveSingleItem();
        artefact.Name.ShouldBe("winner.plan.json");
        again.ShouldBeOfType<PublishedResult>().Artefacts.ShouldBe([artefact]);
        refused.ShouldBeOfType<FailedResult>().Reason.ShouldContain("without a winner");

        static JournalRecord[] Records(IEnumerable<JournalEvent> events) =>
            [.. events.Select((one, i) => new JournalRecord(i, 1, DateTimeOffset.UnixEpoch, one))];
    }

    [Fact]
    public async Task ExecuteAsync_Child_SeesOnlyRequiredVariables()
    {
        const string Secret = "CLUSTER_DATABASE_OF_THIS_TEST";
        Environment.SetEnvironmentVariable(Secret, "Host=db;Password=planted");
        try
        {
            await using var worker = new ChildProcessWorker(Children.Options(_folder));
            var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
            await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), Cancellation);
            string[] variables = (await File.ReadAllTextAsync($"/proc/{worker.ProcessId}/environ", Cancellation)).Split(
                '\0', StringSplitOptions.RemoveEmptyEntries);
            string[] names = [.. variables.Select(variable => variable.Split('=')[0])];
            names.ShouldNotContain(Secret);
            names.ShouldContain("PATH");

            // The silo tells its children the lock of the machine.
            names.Where(name => name != MachineLock.Variable && !InheritedEnvironment.Holds(name, NoAgent)).ShouldBeEmpty();
        }
        finally
        {
            Environment.SetEnvironmentVariable(Secret, null);
        }
    }

    [Theory]
    [InlineData("CLUSTER_DATABASE")]
    [InlineData("CLUSTER_TOKEN")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("PGPASSWORD")]
    [InlineData("SSH_AUTH_SOCK")]
    public void Holds_Secret_IsNotInherited(string name) => InheritedEnvironment.Holds(name, NoAgent).ShouldBeFalse();

    [Fact]
    public void Holds_LoginsWhereAnAgentTimes_AreInherited() => InheritedEnvironment
        .Holds("SSH_AUTH_SOCK", new Dictionary<string, string?> { ["CLUSTER_TIMING_AGENT"] = "ssh pi ./agent/Cluster.Agent" })
        .ShouldBeTrue();

    [Fact]
    public async Task ExecuteAsync_CancelledWhileItRuns_StopsAndKeepsTheProcess()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder) with { CancelGrace = TimeSpan.FromMinutes(1) });
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=600000");
        var quick = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        await worker.ExecuteAsync(quick, SyntheticJobs.Candidate(quick, 0), Cancellation);
        int? process = worker.ProcessId;

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);

        (await worker.ExecuteAsync(quick, SyntheticJobs.Candidate(quick, 1), Cancellation)).ShouldBeOfType<AccuracyResult>();
        worker.ProcessId.ShouldBe(process);
    }

    [Fact]
    public async Task ExecuteAsync_UnstoppableCancelledWork_KillsProcess()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder) with { CancelGrace = TimeSpan.FromMilliseconds(200) });
        var (job, item) = SyntheticJobs.Poisoned("hang");
        await worker.ExecuteAsync(job, new LatencyItem(job.Spec.LatencyContext, item.Plan), Cancellation);
        int process = worker.ProcessId.ShouldNotBeNull();

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = worker.ExecuteAsync(job, item, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);

        Children.IsAlive(process).ShouldBeFalse();
        (await worker.ExecuteAsync(job, new LatencyItem(job.Spec.LatencyContext, item.Plan), Cancellation))
            .ShouldBeOfType<LatencyResult>();
    }

    [Fact]
    public async Task ExecuteAsync_IdleProcessWasKilled_NothingIsHeldAgainstTheNextItem()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder));
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), Cancellation);
        int process = worker.ProcessId.ShouldNotBeNull();

        Signals.Send(process, Signals.Kill).ShouldBeTrue();
        var result = await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 1), Cancellation);

        result.ShouldBeOfType<AccuracyResult>();
        worker.ProcessId.ShouldNotBe(process);
    }

    [Theory]
    [InlineData(Signals.Kill, FailureKind.HostLost)]
    [InlineData(Signals.Stop, FailureKind.LeaseExpired)]
    [InlineData(Signals.BadSystemCall, FailureKind.NativeCrash)]
    public async Task ExecuteAsync_ProcessGetsASignalWhileItWorks_FailsByTheTable(int signal, FailureKind expected)
    {
        var lost = new TaskCompletionSource<FailureKind>();
        var options = Children.Options(_folder) with
        {
            Heartbeat = TimeSpan.FromMilliseconds(100),
            Silence = TimeSpan.FromSeconds(2),
            ChildLost = kind => lost.TrySetResult(kind)
        };
        await using var worker = new ChildProcessWorker(options);
        var (job, item) = SyntheticJobs.Poisoned("hang");
        await worker.ExecuteAsync(job, new LatencyItem(job.Spec.LatencyContext, item.Plan), Cancellation);
        int process = worker.ProcessId.ShouldNotBeNull();

        var running = worker.ExecuteAsync(job, item, Cancellation);
        await Children.BusyAsync(worker, Cancellation);
        Signals.Send(process, signal).ShouldBeTrue();
        var failure = (await running).ShouldBeOfType<FailedResult>();

        failure.Kind.ShouldBe(expected, failure.Reason);
        (await lost.Task).ShouldBe(expected);
        Children.IsAlive(process).ShouldBeFalse();
        (await worker.ExecuteAsync(job, new LatencyItem(job.Spec.LatencyContext, item.Plan), Cancellation))
            .ShouldBeOfType<LatencyResult>();
    }

    [Fact]
    public async Task DisposeAsync_WhileWorking_EndsProcessAndReportsSlotGone()
    {
        var worker = new ChildProcessWorker(Children.Options(_folder));
        var (job, item) = SyntheticJobs.Poisoned("hang");
        await worker.ExecuteAsync(job, new LatencyItem(job.Spec.LatencyContext, item.Plan), Cancellation);
        int process = worker.ProcessId.ShouldNotBeNull();

        var running = worker.ExecuteAsync(job, item, Cancellation);
        await worker.DisposeAsync();

        (await running).ShouldBeOfType<FailedResult>().Kind.ShouldBe(FailureKind.Unavailable);
        Children.IsAlive(process).ShouldBeFalse();
    }

    [Fact]
    public async Task ExecuteAsync_MissingProgram_IsUnavailable()
    {
        await using var worker = new ChildProcessWorker(
            Children.Options(_folder) with { Command = new ChildCommand(_folder["nothing"], []) });
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        var failure = (await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), Cancellation)).ShouldBeOfType<FailedResult>();
        failure.Kind.ShouldBe(FailureKind.Unavailable);
        failure.Reason.ShouldContain("cannot be started");
    }

    [Fact]
    public async Task ExecuteAsync_RubbishOnStandardOutput_DisturbsNothing()
    {
        var command = Children.Command;
        string script = "head -c 300000 /dev/urandom; head -c 300000 /dev/urandom >&2; exec "
            + string.Join(' ', command.Arguments.Prepend(command.FileName))
            + " \"$0\" \"$@\"";
        await using var worker = new ChildProcessWorker(
            Children.Options(_folder) with { Command = new ChildCommand("/bin/sh", ["-c", script]) });
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        (await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), Cancellation)).ShouldBeOfType<AccuracyResult>();
    }

    [Fact]
    public async Task PrepareAsync_SyntheticTargetInTheProduct_IsAJobOnDataLikeAnyOther()
    {
        await using var worker = new ChildProcessWorker(Children.Options(_folder) with { Command = ChildCommand.Own });
        (await worker.RefuseAsync(SyntheticJobs.Inputs, SyntheticJobs.Options("synthetic:groups=8"), Cancellation)).Message
            .ShouldContain("no known scheme");
    }
}
