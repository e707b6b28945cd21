namespace Cluster.Coordinator.Tests.Views;

public sealed class JobViewTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive;
    private static readonly Plan Float32 = Network.Float32();
    private static readonly Plan Int8 = Network.In(GroupFormat.Int8, "max", biasCorrection: false);

    [Fact]
    public async Task Apply_WholeJob_AgreesWithTheStateAfterEveryRecord()
    {
        var records = await RunAsync();
        var view = new JobView();
        JobState? state = null;
        var misses = new List<bool>();
        var timed = new HashSet<int>();

        foreach (var record in records)
        {
            var change = view.Apply(record);
            if (state is null)
            {
                state = JobState.Fold([record.Event]);
            }
            else
            {
                state.Apply(record.Event);
            }

            change.Sequence.ShouldBe(record.Number + 1);
            view.Count.ShouldBe(record.Number + 1);
            view.Status.ShouldBe(state!.Status);
            view.Done.ShouldBe(state.Results.Count);
            view.Purpose.ShouldBe(state.Rounds.Count == 0 ? string.Empty : state.Rounds[^1].Purpose);
            view.Best?.Plan.ShouldBe(OutcomeBuilder.BestSoFar(state.Memory)?.Plan);
            view.BestMisses.ShouldBe(view.Best is { } best && !state.Memory.IsFeasible(best.Plan));
            misses.Add(view.BestMisses);
            foreach (var candidate in view.Candidates)
            {
                var latency = state.Memory.Latency(candidate.Plan);
                if (Timed(candidate) is { } last)
                {
                    last.ShouldBe(latency, "the latency by which it is compared is the last one");
                }
                else if (latency is not null)
                {
                    view.Candidates.Where(other => other.Plan.HasFormatsOf(candidate.Plan)).Select(other => Timed(other)?.MedianMs)
                        .ShouldContain(latency.MedianMs, "or that of one with its formats");
                }
            }

            if (change is WorkChange together)
            {
                together.Candidates.ShouldBe(together.Candidates.Select(candidate => view.Candidates[candidate.Number]));
                timed.UnionWith(together.Candidates.Select(candidate => candidate.Number));
            }
        }

        misses.Distinct().Count().ShouldBe(2, "all groups in INT8 lose too much at first");

        view.Status.ShouldBe(JobStatus.Succeeded);
        view.Winner!.Candidate!.Plan.ShouldBe(state!.Selection!.Plan);
        timed.ShouldContain(view.Winner.Candidate.Number);
        timed.Count.ShouldBeGreaterThan(1, "finalists are timed together");
        view.Best!.Plan.ShouldBe(state.Selection.Plan);
    }

    [Fact]
    public async Task Candidates_WholeJob_AreTheDistinctPlansInOrderOfProposal()
    {
        var records = await RunAsync();
        var view = new JobView();
        var work = records.Select(view.Apply).OfType<WorkChange>().ToLookup(change => change.Work.Sequence, change => change.Work.Status);

        var plans = records.Select(record => record.Event).OfType<RoundProposed>().SelectMany(round => round.Items)
            .Select(item => item.Item switch { AccuracyItem a => a.Plan, LatencyItem l => l.Plan, _ => null })
            .OfType<Plan>()
            .Distinct()
            .ToArray();

        view.Candidates.Select(candidate => candidate.Plan).ShouldBe(plans);
        view.Candidates.Select(candidate => candidate.Number).ShouldBe(Enumerable.Range(0, plans.Length));
        view.Candidates.ShouldAllBe(
            candidate => candidate.Status == WorkStatus.Succeeded && candidate.EndedAt != null && candidate.Node == null);
        work.ShouldAllBe(item => item.Last() == WorkStatus.Succeeded);
        work.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Candidates_Accuracies_HaveTheirDropAgainstFloat32()
    {
        var view = Fold(await RunAsync());
        var reference = (AccuracyResult)view.Candidates[0].Evaluations[0].Result;

        view.Candidates[0].Plan.IsBaseline.ShouldBeTrue();
        view.Candidates[0].Evaluations[0].Drop.ShouldBe(0);
        foreach (var evaluation in view.Candidates.SelectMany(candidate => candidate.Evaluations))
        {
            if (evaluation.Result is AccuracyResult accuracy && accuracy.Total == reference.Total)
            {
                evaluation.Drop!.Value.ShouldBe((reference.Correct - accuracy.Correct) / (double)reference.Total, 1e-12);
            }
            else if (evaluation.Result is LatencyResult)
            {
                evaluation.Drop.ShouldBeNull();
            }
        }
    }

    [Fact]
    public async Task Candidates_TimedOnKindsOfMachines_EndWithTheOneWhereTheyGainLeast()
    {
        var slow = Network.Choosing(options => options with { Kinds = ["slow", "fast"], Formats = ["int8-safe"] });
        var fast = slow with { Int8Ms = [.. slow.Int8Ms.Select(ms => ms / 2)] };
        var journal = await Jobs.JournalAsync(slow, new SyntheticEvaluator(slow, item => item.Kind == "fast" ? fast.Evaluate(item) : null));

        var last = Fold(journal.Records).Candidates
            .Select(candidate => candidate.Evaluations.LastOrDefault(evaluation => evaluation.Result is LatencyResult)?.Kind)
            .OfType<string>();

        last.Distinct().ShouldBe(["slow"]);
    }

    [Fact]
    public void Apply_TriesOfACandidate_TellWhereItIs()
    {
        var item = new AccuracyItem(Network.Spec.AccuracyContext, Int8, ImageScope.Full);
        var log = new Log();
        log.Add(new RoundProposed(0, 0, "baselines", [new ProposedItem(0, item.Id, item)]));

        log.View.Candidates[0].Status.ShouldBe(WorkStatus.Queued);
        var running = log.Add(new AttemptStarted(0, 1, "a", "cpu:0")).ShouldBeOfType<CandidateChange>().Candidate;
        (running.Status, running.Node).ShouldBe((WorkStatus.Running, "a"));
        var waiting = log.Add(new AttemptFailed(0, 1, new FailedResult(FailureKind.HostLost, "gone")))
            .ShouldBeOfType<CandidateChange>().Candidate;
        (waiting.Status, waiting.Node, waiting.Failure).ShouldBe((WorkStatus.Queued, null, null));
        log.Add(new AttemptStarted(0, 2, "b", "cpu:1"));
        var done = log.Add(new ItemCompleted(0, item.Id, Network.Accuracy(Int8, ImageScope.Full)))
            .ShouldBeOfType<CandidateChange>().Candidate;

        (done.Status, done.Node, done.EndedAt).ShouldBe((WorkStatus.Succeeded, null, log.Now));
        done.Evaluations.ShouldHaveSingleItem().Attempts.ShouldBe(2);
        done.Evaluations[0].Drop.ShouldBeNull("FP32 was not measured");
        running.Status.ShouldBe(WorkStatus.Running, "a view that was given out never changes");
    }

    [Fact]
    public void Apply_FailedAndAskedAgain_IsQueuedThenFailed()
    {
        var accuracy = new AccuracyItem(Network.Spec.AccuracyContext, Int8, ImageScope.Full);
        var latency = new LatencyItem(Network.Spec.LatencyContext, Int8);
        var log = new Log();
        log.Add(new RoundProposed(0, 0, "one", [new ProposedItem(0, accuracy.Id, accuracy)]));
        log.Add(new ItemCompleted(0, accuracy.Id, Network.Accuracy(Int8, ImageScope.Full), ResultSource.Cache));
        log.View.Candidates[0].Status.ShouldBe(WorkStatus.Succeeded);
        log.View.Candidates[0].Evaluations[0].Attempts.ShouldBe(0);

        log.Add(new RoundProposed(1, 1, "two", [new ProposedItem(1, latency.Id, latency)])).ShouldBeOfType<RoundChange>();
        (log.View.Candidates[0].Status, log.View.Candidates[0].EndedAt, log.View.Candidates[0].Purpose).ShouldBe(
            (WorkStatus.Queued, null, "one"));
        log.Add(new ItemFailed(1, latency.Id, new FailedResult(FailureKind.NativeCrash, "signal 11"), 2));

        var candidate = log.View.Candidates.ShouldHaveSingleItem();
        (candidate.Status, candidate.Failure!.Kind, candidate.FailedAttempts, candidate.Evaluations.Count).ShouldBe(
            (WorkStatus.Failed, FailureKind.NativeCrash, 2, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task Front_OfAnyJob_HasTheBestAllAlongAndEndsAsTheResults(int seed)
    {
        var journal = new MemoryJournal();
        var outcome = await Jobs.RunAsync(Networks.Random((ulong)seed), journal);
        var view = new JobView();

        foreach (var record in journal.Records)
        {
            view.Apply(record);
            var best = view.Winner is { } winner ? view.Candidates.Single(one => one.Plan.Equals(winner.Selection.Plan)) : view.Best;
            if (best is not null && Timed(best) is not null)
            {
                view.Front.ShouldContain(one => one.Candidate == best);
            }
        }

        view.Front.Select(one => (one.Candidate.Plan, one.Latency.SpeedUp)).ShouldBe(
            outcome.Result.Front.Select(one => (one.Plan, one.Latency!.SpeedUp)));
        view.PassedOver.ShouldBe(outcome.Result.Decision.PassedOver);
    }

    [Fact]
    public async Task Doubt_OfFloat32sResult_IsInTheViewAndInTheResult()
    {
        var view = new JobView();
        JournalRecord[] records =
        [
            .. (await RunAsync()).Select(record => record.Event is ItemCompleted { Sequence: 0, Result: AccuracyResult found } done
                ? record with { Event = done with { Result = found with { Doubt = "labels", Unseen = "branch" } } }
                : record),
        ];

        foreach (var record in records)
        {
            view.Apply(record);
        }

        view.Doubt.ShouldBe("labels");
        JobOutcome.Of(JobState.Fold(records.Select(record => record.Event))!).Result.Warnings.ShouldBe(["labels", "branch"]);
    }

    [Fact]
    public void Winner_WithATestSet_HasItsResultUntilItIsTimedAgain()
    {
        var item = new TestItem(Network.Spec.TestContext, Int8);
        var log = new Log();
        log.Add(new RoundProposed(0, 0, "test of the winner", [new ProposedItem(0, item.Id, item)]));
        log.Add(new AttemptStarted(0, 1, "a", "cpu:0"));
        log.Add(new ItemCompleted(0, item.Id, new Coordinator.Work.TestResult(90, 91, 100, 2, 1)));

        var test = log.Add(new WinnerSelected(Int8, Feasible: true, WinnerKind.Faster, "It is.")).ShouldBeOfType<WinnerChange>()
            .Winner.Test!;

        (test.Correct, test.Float32Correct, test.Total, test.Lost, test.Gained).ShouldBe((90, 91, 100, 2, 1));
        log.Add(new SearchRetimed());
        log.Add(new WinnerSelected(Int8, Feasible: true, WinnerKind.Faster, "It is.")).ShouldBeOfType<WinnerChange>()
            .Winner.Test.ShouldBeNull("it may be another one, which is tested anew");
    }

    [Theory]
    [InlineData(9.9, false)]
    [InlineData(10, true)]
    public void Winner_IntervalOfItsTime_SaysWhetherItIsFaster(double high, bool isUnclear)
    {
        var item = new LatencyItem(Network.Spec.LatencyContext, Int8);
        var log = new Log();
        log.Add(new RoundProposed(0, 0, "speed", [new ProposedItem(0, item.Id, item)]));
        log.Add(new AttemptStarted(0, 1, "a", "cpu:0"));
        log.Add(new ItemCompleted(0, item.Id, Sample.Latency(Int8.Digest, 9, float32Ms: 10) with { LowMs = 8, HighMs = high }));

        log.Add(new WinnerSelected(Int8, Feasible: true, WinnerKind.Faster, "It is.")).ShouldBeOfType<WinnerChange>()
            .Winner.Kind.ShouldBe(isUnclear ? WinnerKind.Unclear : WinnerKind.Faster);
    }

    [Fact]
    public void Apply_OtherWork_IsNoCandidate()
    {
        var profile = new ProfileItem(Network.Spec.LatencyContext, Int8);
        var log = new Log();
        log.Add(new RoundProposed(0, 0, "profile", [new ProposedItem(0, profile.Id, profile)]));
        log.Add(new AttemptStarted(0, 1, "a", "cpu:0")).ShouldBeOfType<WorkChange>()
            .Work.ShouldBe(new WorkView(0, profile.Title, WorkStatus.Running, "a", 1));
        log.Add(new ItemFailed(0, profile.Id, new FailedResult(FailureKind.OutOfMemory, "too large"), 2)).ShouldBeOfType<WorkChange>()
            .Work.Status.ShouldBe(WorkStatus.Failed);
        log.Add(new WinnerSelected(Float32, Feasible: true, WinnerKind.NothingFaster, "It is.")).ShouldBeOfType<WinnerChange>()
            .Winner.Candidate.ShouldBeNull();
        log.Add(new AttemptStarted(PublishItem.Sequence, 1, "b", "cpu:0")).ShouldBeOfType<WorkChange>()
            .Work.Title.ShouldBe("the winner's files");
        log.Add(new ArtefactPublished("report.html", new string('1', 64), 1));
        log.Add(new ArtefactPublished("report.html", new string('2', 64), 2)).ShouldBeOfType<ArtefactChange>();
        log.Add(new JobCompleted(Float32.Digest));

        log.View.Candidates.ShouldBeEmpty();
        log.View.Artefacts.ShouldHaveSingleItem().SizeBytes.ShouldBe(2);
    }

    [Fact]
    public void Status_PausedResumedCancelled_HasTimesAndNumbers()
    {
        var item = new AccuracyItem(Network.Spec.AccuracyContext, Int8, ImageScope.Full);
        var log = new Log();
        log.View.StatusSequence.ShouldBe(1);
        log.Pass(5);
        log.Add(new RoundProposed(0, 0, "baselines", [new ProposedItem(0, item.Id, item)]));
        log.Add(new AttemptStarted(0, 1, "a", "cpu:0"));
        log.View.StatusSequence.ShouldBe(2);
        log.Pass(10);
        log.Add(new PauseRequested());
        log.Pass(2);
        log.Add(new JobPaused());
        log.Pass(100);
        log.View.Elapsed(log.Now).ShouldBe(TimeSpan.FromSeconds(12));
        log.Add(new JobResumed()).ShouldBe(new StatusChange(6, log.Now, JobStatus.Running, null));
        log.Pass(3);
        log.View.Elapsed(log.Now).ShouldBe(TimeSpan.FromSeconds(15));
        log.Add(new CancelRequested("enough"));
        log.Add(new JobCancelled()).ShouldBe(new StatusChange(8, log.Now, JobStatus.Cancelled, "enough"));

        log.View.Elapsed(log.Now + TimeSpan.FromDays(1)).ShouldBe(TimeSpan.FromSeconds(15));
        (log.View.Reason, log.View.StatusSequence, log.View.EndedAt).ShouldBe(("enough", 8L, log.Now));
        (log.View.StartedAt - log.View.CreatedAt).ShouldBe(TimeSpan.FromSeconds(5));
        (log.View.Candidates[0].Status, log.View.Candidates[0].Node).ShouldBe(
            (WorkStatus.Queued, null), "nothing runs in a job that is over");
    }

    [Fact]
    public void Apply_RecordLeftOut_IsRefused()
    {
        var view = new JobView();

        Should.Throw<JobException>(() => view.Apply(new JournalRecord(1, 1, DateTimeOffset.UnixEpoch, new PauseRequested())))
            .Message.ShouldContain("where 0 is expected");
    }

    private static JobView Fold(IEnumerable<JournalRecord> records)
    {
        var view = new JobView();
        foreach (var record in records)
        {
            view.Apply(record);
        }

        return view;
    }

    private static LatencyResult? Timed(CandidateView candidate) =>
        candidate.Evaluations.Select(evaluation => evaluation.Result).OfType<LatencyResult>().LastOrDefault();

    private static async Task<IReadOnlyList<JournalRecord>> RunAsync() => (await Jobs.JournalAsync(Network)).Records;

    /// <summary>A view that is told events, each at the present moment.</summary>
    private sealed class Log
    {
        public Log() => Add(new JobSubmitted(Network.Spec.JobId, Network.Spec, Network.Space));

        public JobView View { get; } = new();

        public DateTimeOffset Now { get; private set; } = DateTimeOffset.UnixEpoch;

        public void Pass(int seconds) => Now += TimeSpan.FromSeconds(seconds);

        public JobChange Add(JournalEvent journalEvent) => View.Apply(new JournalRecord(View.Count, 1, Now, journalEvent));
    }
}
