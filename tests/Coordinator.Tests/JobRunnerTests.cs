namespace Cluster.Coordinator.Tests;

public sealed class JobRunnerTests
{
    public static TheoryData<string> Names => [.. ByName.Keys];

    private static readonly Dictionary<string, SyntheticNetwork> ByName = new(StringComparer.Ordinal)
    {
        ["scattered"] = Networks.Scattered,
        ["hopeless"] = Networks.Hopeless,
        ["random"] = Networks.Random(1),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Run_StoppedAfterAnyEvent_ResumesToTheSameJournal(string name)
    {
        var whole = await Jobs.JournalAsync(ByName[name]);
        await SameJournal.FromStopsAsync(ByName[name], whole, _ => true);
    }

    [Fact]
    public async Task Run_CancelledInARound_KeepsWhatEndedAndResumes()
    {
        var network = Networks.Sensitive;
        var whole = await Jobs.JournalAsync(network);
        using var cancel = new CancellationTokenSource();
        var asked = 0;
        var journal = new MemoryJournal();
        var evaluator = new SyntheticEvaluator(network, _ =>
        {
            if (++asked == 3)
            {
                cancel.Cancel();
                cancel.Token.ThrowIfCancellationRequested();
            }

            return null;
        });

        await Should.ThrowAsync<OperationCanceledException>(
            () => Jobs.RunAsync(network, journal, evaluator, cancellationToken: cancel.Token));

        journal.Events.OfType<ItemCompleted>().Count().ShouldBe(2);
        await Jobs.RunAsync(network, journal);
        Jobs.Decisions(journal.Events).ShouldBe(Jobs.Decisions(whole.Events));
    }

    [Fact]
    public async Task Run_FinishedJournal_IsReportedWithoutWork()
    {
        var journal = new MemoryJournal();
        var first = await Jobs.RunAsync(Networks.Sensitive, journal);
        var evaluator = new SyntheticEvaluator(Networks.Sensitive);

        var second = await Jobs.RunAsync(Networks.Sensitive, journal, evaluator);

        evaluator.Asked.ShouldBeEmpty();
        second.Winner.Plan.ShouldBe(first.Winner.Plan);
        journal.Events.Last().ShouldBeOfType<JobCompleted>();
    }

    [Fact]
    public async Task Run_AnotherJobsJournal_SaysWhatDiffersWithBothValues()
    {
        var journal = new MemoryJournal();
        await Jobs.RunAsync(Networks.Easy, journal);
        var spec = Networks.Easy.Spec;
        var other = Networks.Easy with
        {
            Spec = spec with
            {
                ModelDigest = "other",
                Data = spec.Data with { Calibration = "other", Test = "some" },
                Options = spec.Options with { MaxDrop = 0.25, Confidence = 0.95 },
                Versions = spec.Versions with { Runtime = "other runtime" },
            },
        };

        string message = (await Should.ThrowAsync<JobException>(() => Jobs.RunAsync(other, journal))).Message;

        message.ShouldContain("another job's");
        message.ShouldContain(
            "differs in the model, the calibration data, the test data (none there, some asked), --max-drop "
            + $"({spec.Options.AcceptedDrop} there, 0.25 asked), "
            + $"--confidence (none there, 0.95 asked), the runtime ({spec.Versions.Runtime} there, other runtime asked): ");
        message.ShouldNotContain("evaluation data");
    }

    [Fact]
    public async Task Run_OtherGroupsThanJournaled_IsRefused()
    {
        var whole = await Jobs.JournalAsync(Networks.Easy);
        var journal = new MemoryJournal(whole.Events.Take(3));

        (await Should.ThrowAsync<JobException>(() => Jobs.RunAsync(Networks.Scattered with { Spec = Networks.Easy.Spec }, journal)))
            .Message.ShouldContain("groups");
    }

    [Fact]
    public async Task Run_InfrastructureFailsForAWhile_ChangesNothing()
    {
        var expected = await Jobs.JournalAsync(Networks.Sensitive);
        var failed = new HashSet<string>(StringComparer.Ordinal);
        var journal = new MemoryJournal();

        await Jobs.RunAsync(Networks.Sensitive, journal, new SyntheticEvaluator(Networks.Sensitive, item =>
            failed.Add(item.Id) ? new FailedResult(FailureKind.HostLost, "gone") : null));

        Jobs.Decisions(journal.Events).ShouldBe(Jobs.Decisions(expected.Events));
    }

    [Fact]
    public async Task Run_InfrastructureFailsForGood_StopsWithoutEndingACandidate()
    {
        var journal = new MemoryJournal();
        var evaluator = new SyntheticEvaluator(Networks.Easy, _ => new FailedResult(FailureKind.Unavailable, "no node answers"));

        var error = await Should.ThrowAsync<JobException>(() => Jobs.RunAsync(Networks.Easy, journal, evaluator));

        error.Message.ShouldContain("no node answers");
        evaluator.Asked.Count.ShouldBe(4);
        journal.Events.ShouldNotContain(e => e is ItemFailed);
    }

    [Fact]
    public async Task Run_ResultThatContradictsItself_StopsTheJob()
    {
        var journal = new MemoryJournal();
        var evaluator = new SyntheticEvaluator(
            Networks.Easy, item => item is AccuracyItem ? Sample.Accuracy([true, false]) with { Correct = 2 } : null);

        await Should.ThrowAsync<InvalidOperationException>(() => Jobs.RunAsync(Networks.Easy, journal, evaluator));

        journal.Events.ShouldNotContain(e => e is ItemCompleted);
    }

    [Fact]
    public async Task Run_DivergenceThatIsNotFinite_EndsOnlyThatCandidate()
    {
        var network = Networks.Easy;
        var evaluator = new SyntheticEvaluator(
            network, item => item is AccuracyItem { Plan.IsBaseline: false } accuracy && accuracy.Plan.Groups[0].Calibrator == "mse"
                ? network.Accuracy(accuracy.Plan, accuracy.Images) with { Kl = double.NaN }
                : null);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        outcome.Failures.ShouldHaveSingleItem().Failure.Kind.ShouldBe(FailureKind.NotFinite);
        outcome.Winner.Plan.Groups[0].Calibrator.ShouldBe("kl");
    }

    [Fact]
    public async Task Run_SecondJobWithTheCache_EvaluatesNothingTwice()
    {
        using var folder = new WorkFolder();
        var options = new JobRunnerOptions { Cache = new FolderEvaluationCache(folder.Root) };
        var first = new MemoryJournal();
        var expected = await Jobs.RunAsync(Networks.Sensitive, first, options: options);
        var evaluator = new SyntheticEvaluator(Networks.Sensitive);

        var outcome = await Jobs.RunAsync(Networks.Sensitive, evaluator: evaluator, options: options);

        outcome.Winner.Plan.ShouldBe(expected.Winner.Plan);
        evaluator.Asked.ShouldAllBe(item => item is LatencyItem || item is ProfileItem || item is FinalTimingItem);
    }

    [Fact]
    public async Task Run_TimingsOfARound_AreToldBeforeTheyAreAskedForUnlessReplayed()
    {
        var network = Networks.Sensitive;
        var told = new List<LatencyItem>();
        var evaluator = new SyntheticEvaluator(network, item =>
        {
            if (item is LatencyItem latency)
            {
                told.ShouldContain(latency);
            }

            return null;
        });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal, evaluator, new JobRunnerOptions { Timings = told.AddRange });

        told.ShouldBe(evaluator.Asked.OfType<LatencyItem>());
        told.ShouldNotBeEmpty();
        told.Clear();
        var table = new LatencyTableFile(network.Spec.LatencyContext, outcome.Latencies, [outcome.Profile!]);
        await Jobs.RunAsync(network, options: new JobRunnerOptions { Timings = told.AddRange, Latencies = table });
        told.ShouldBeEmpty("another run's latencies are not measured");
    }

    [Fact]
    public async Task Run_ExclusiveItems_NeverOverlapWithAnything()
    {
        var running = 0;
        var overlaps = 0;
        var evaluator = new SyntheticEvaluator(Networks.Sensitive, item =>
        {
            var others = Interlocked.Increment(ref running) - 1;
            Interlocked.Add(ref overlaps, item.IsExclusive ? others : 0);
            Interlocked.Decrement(ref running);
            return null;
        });

        await Jobs.RunAsync(Networks.Sensitive, evaluator: evaluator, options: new JobRunnerOptions { Workers = 8 });

        overlaps.ShouldBe(0);
    }

    [Fact]
    public async Task Run_Progress_EndsWithEverythingDoneAndTheWinnerAsBest()
    {
        var reports = new List<JobProgress>();
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(
            Networks.Sensitive, journal, options: new JobRunnerOptions { Progress = new Reports<JobProgress>(reports.Add) });

        reports[^1].Done.ShouldBe(journal.Proposed.Count());
        reports.Select(report => report.Done).ShouldBe(reports.Select(report => report.Done).Order());
        reports[^1].Best.ShouldNotBeNull();
        reports.ShouldAllBe(report => report.EstimatedLeft >= 0 && report.Purpose.Length > 0);
        reports.ShouldAllBe(report => report.Remaining == null || report.EstimatedLeft > 0, "no time is left of nothing");
        outcome.Result.Evaluations.Images.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Run_Annealing_PicturesWhatItFindsAndCools()
    {
        var pictures = new List<SearchPicture>();
        var options = new JobRunnerOptions
        {
            Pictures = true,
            Publishes = true,
            Progress = new Reports<JobProgress>(report => pictures.AddRange(report.Picture is { } picture ? [picture] : [])),
        };

        var outcome = await Jobs.RunAsync(Networks.Sensitive.By(StrategyKind.Anneal), options: options);

        var last = pictures[^1];
        last.Speedup!.Value.ShouldBe(outcome.Winner.Latency!.Float32MedianMs / outcome.Winner.Latency.MedianMs, 1e-9);
        (last.Accurate + last.Lossy + 1).ShouldBe(outcome.Result.Evaluations.Full, "and FP32");
        last.FirstLooks.ShouldBeInRange(0, outcome.Result.Evaluations.Subset);
        last.Failed.ShouldBe(0);
        last.Front.Select(plan => plan.Milliseconds).ShouldBe(last.Front.Select(plan => plan.Milliseconds).Order());
        last.Front.ShouldContain(plan => outcome.Winner.Plan.Digest.StartsWith(plan.Name, StringComparison.Ordinal));
        last.Worst.Count.ShouldBe(Math.Min(8, Networks.Sensitive.Space.Groups.Count));
        last.Worst.Select(group => group.Kl).ShouldBe(last.Worst.Select(group => group.Kl).OrderDescending());
        double[] temperatures = [.. pictures.Select(picture => picture.Annealing?.Temperature).OfType<double>().Distinct()];
        temperatures.Length.ShouldBeGreaterThan(3);
        temperatures.ShouldBe(temperatures.OrderDescending());
        pictures[^1].Annealing!.Acceptance.ShouldBeInRange(0.001, 1);
    }

    [Fact]
    public async Task Run_PublisherStoppedOnce_PublishesAgainAndCompletes()
    {
        var journal = new MemoryJournal();
        var calls = 0;
        var evaluator = new SyntheticEvaluator(Networks.Easy, item => item is not PublishItem ? null
            : calls++ == 0 ? throw new JobException("The disk is full.")
            : new PublishedResult([new PublishedArtefact("winner.qdq.onnx", new string('a', 64), 5)]));
        var options = new JobRunnerOptions { Publishes = true };

        await Should.ThrowAsync<JobException>(() => Jobs.RunAsync(Networks.Easy, journal, evaluator, options: options));
        journal.Events.Last().ShouldBeOfType<AttemptStarted>().Sequence.ShouldBe(PublishItem.Sequence);
        await Jobs.RunAsync(Networks.Easy, journal, evaluator, options: options);

        journal.Events.OfType<ArtefactPublished>().Single().Name.ShouldBe("winner.qdq.onnx");
        journal.Events.Last().ShouldBeOfType<JobCompleted>();
    }
}
