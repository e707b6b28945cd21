using TestResult = Cluster.Coordinator.Work.TestResult;

namespace Cluster.Tests;

/// <summary>Small whole jobs with text that needs escapes, which together hold every kind of event.</summary>
internal static class SampleEvents
{
    /// <summary>A job that ends with a result, in which every event but what is published has its place.</summary>
    public static IReadOnlyList<JournalEvent> All { get; } = Build();

    /// <summary>
    /// A job that is paused, resumed and cancelled, with attempts that failed and one whose end nobody saw.
    /// </summary>
    public static IReadOnlyList<JournalEvent> Cancelled { get; } =
    [
        All[0],
        All[1],
        new AttemptStarted(0, 1, "node \"é\"", "cpu:0"),
        new AttemptStarted(1, 1, "node-2", "cuda:1", Grant: "193a-1"),
        new AttemptFailed(0, 1, new FailedResult(FailureKind.HostLost, "gone\nwithout goodbye")),
        new PauseRequested(),
        new AttemptFailed(1, 1, new FailedResult(FailureKind.OutOfMemory, "8 GiB asked, 4 GiB there")),
        new JobPaused(),
        new JobResumed(),
        new AttemptStarted(0, 2, "node-2", "cpu:0", Alone: true),
        All[2],
        new AttemptStarted(1, 2, "node-2", "cpu:1"),
        new CancelRequested("not needed \"any more\""),
        new JobCancelled(),
    ];

    /// <summary>A job whose search was stopped within a round, which ends with the best that it had.</summary>
    public static IReadOnlyList<JournalEvent> Stopped { get; } =
        [All[0], All[1], All[2], new StopRequested("\"soon\" enough"), All[4], All[5], All[6]];

    /// <summary>A job that cannot be done.</summary>
    public static IReadOnlyList<JournalEvent> Failed { get; } = [All[0], new JobFailed("The disk\u0007 is gone.")];

    /// <summary>A job that faults of its coordination suspended twice, the second time until somebody resumed it.</summary>
    public static IReadOnlyList<JournalEvent> Suspended { get; } =
    [
        All[0],
        new JobSuspended("The disk \"é\" is full.", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), 1),
        new JobRetried(),
        new JobSuspended("The disk is still full.", DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_002_000), 2),
        new JobResumed(),
        new JobUnschedulable("Of 2 nodes, 2 being \"drained\"."),
        new JobSchedulable(),
        .. All.Skip(1),
    ];

    /// <summary>A job whose winner was fine-tuned, which was kept.</summary>
    public static IReadOnlyList<JournalEvent> Tuned { get; } = BuildTuned(kept: true);

    /// <summary>A job whose winner was fine-tuned, which failed.</summary>
    public static IReadOnlyList<JournalEvent> TuningFailed { get; } = BuildTuned(kept: false);

    /// <summary>
    /// A job whose winner was reconstructed: a probe, a step that failed, one that came to nothing and one that was
    /// kept.
    /// </summary>
    public static IReadOnlyList<JournalEvent> Rebuilt { get; } = BuildRebuilt();

    /// <summary>Every kind of event, not as one job.</summary>
    public static IReadOnlyList<JournalEvent> EveryKind { get; } =
    [
        .. All, .. Cancelled.Skip(2), .. Failed.Skip(1), .. Suspended.Skip(1).Take(6), Stopped[3], .. Tuned, .. TuningFailed.Skip(5),
        .. Rebuilt, .. BuildCalibrated(), .. BuildScored(), .. BuildRepaired(), .. BuildVerified(),
        .. BuildLabelled(),
        new SearchStopped("its \"10\" minutes are over", 10), new SearchContinued(20), new SearchContinued(null), new SearchRetimed(),
        new AttemptFailed(0, 1, new FailedResult(FailureKind.Unscored, "It is scored.", new string('a', 64))),
        new JobSuspended("The metric raised KeyError: 'typo'.", RetryAt: null, 1),
    ];

    // A search on images without labels, which asks for two of them.
    private static IReadOnlyList<JournalEvent> BuildLabelled()
    {
        var plan = ((WinnerSelected)All[4]).Plan;
        WorkItem[] items = [new AccuracyItem(new string('a', 64), plan, ImageScope.Full), new LabelItem(new string('a', 64), [5, 2])];
        var unlabelled = Sample.Accuracy([true, true, false, true, true, false]) with
        {
            Answers = ClassAnswers.Pack([3, 65535]),
            Classes = 65536,
        };
        return
        [
            new RoundProposed(2, 8, "labels", [.. items.Select((item, i) => new ProposedItem(8 + i, item.Id, item))]),
            new ItemCompleted(8, items[0].Id, unlabelled),
            new LabelsAwaited([5, 2]),
            new LabelsGiven([5, 2], [3, LabelResult.Unknown]),
            new ItemCompleted(9, items[1].Id, new LabelResult([3, LabelResult.Unknown]), ResultSource.Person),
        ];
    }

    // A round of a search that chooses a calibrator for each group.
    private static IReadOnlyList<JournalEvent> BuildCalibrated()
    {
        var plan = ((WinnerSelected)All[4]).Plan;
        var choice = new CalibratorItem(Networks.Easy.Spec.AccuracyContext, plan, ["max", "percentile:99.99"]);
        var sweep = new SensitivityItem(Networks.Easy.Spec.AccuracyContext, "max", 256, plan, Seed: 7);
        var found = new CalibratorResult(
            [new GroupCalibrator("é \"1\"", "max", [new("max", 0.25, 31.5), new("percentile:99.99", 0.5)])],
            [new("max", 0.25), new("percentile:99.99", 0.5)],
            Kl: 0.25,
            Images: 64,
            HeldBack: true,
            Seconds: 1.5);
        return
        [
            new RoundProposed(0, 0, "baselines", [new ProposedItem(0, choice.Id, choice), new ProposedItem(1, sweep.Id, sweep)]),
            new ItemCompleted(0, choice.Id, found),
        ];
    }

    // A piece of a sweep.
    private static IReadOnlyList<JournalEvent> BuildScored()
    {
        var part = new SweepPart(1, 2);
        var item = new SensitivityItem(
            Networks.Easy.Spec.AccuracyContext,
            "max",
            256,
            Seed: 7,
            Part: part);
        var scores = new SensitivityResult(
            [new GroupSensitivity("é \"1\"", 0.25, 31.5, 0, 0)],
            Part: new SweptPart(part, 128, [new SweptSums(32, 100, 0.5)]));
        return
        [
            new RoundProposed(0, 0, "scores", [new ProposedItem(0, item.Id, item)]),
            new ItemCompleted(0, item.Id, scores with { Seconds = 1.5 }),
        ];
    }

    // Roundings that were learned before the exploration, and those that came to nothing.
    private static IReadOnlyList<JournalEvent> BuildRepaired()
    {
        var plan = ((WinnerSelected)All[4]).Plan;
        var item = new RepairItem(Networks.Easy.Spec.RepairContext, plan, RepairMethod.AdaRound, 500);
        var other = item with { Iterations = 1 };
        return
        [
            new RoundProposed(0, 0, "repair", [new ProposedItem(0, item.Id, item), new ProposedItem(1, other.Id, other)]),
            new ItemCompleted(0, item.Id, new RepairResult(item.Id, [new RepairedGroup("é \"1\"", 0.5, 0.25)], 1.5)),
            new ItemCompleted(1, other.Id, new RepairResult(null, [])),
        ];
    }

    // The end of a search that times its finalists together and sends the winner through the parity gate.
    private static IReadOnlyList<JournalEvent> BuildVerified()
    {
        var plan = ((WinnerSelected)All[4]).Plan;
        var together = new FinalTimingItem(Networks.Easy.Spec.LatencyContext, [plan]);
        var gate = new ParityItem(Networks.Easy.Spec.AccuracyContext, plan);
        var ranges = new RangesItem(Networks.Easy.Spec.AccuracyContext, plan);
        var timed = new LatencyResult
        {
            PlanDigest = plan.Digest,
            MedianMs = 3.2,
            IqrMs = 0.1,
            Count = 50,
            Float32MedianMs = 8,
            Float32IqrMs = 0.2,
            Runtime = "synthetic 1",
            Device = "cpu",
            Batch = 32,
            Threads = 1,
            LowMs = 3.1,
            HighMs = 3.3,
            OtherCores = 0.25,
            Turn = plan.Digest,
        };
        var finding = new ParityFinding(Passed: false, 256, 41)
        {
            MaxCodeDifference = 1,
            ExactShare = 0.9,
            WorstTensor = "t",
            WorstGroup = "é \"1\"",
            Divergence = 0.25,
            PlanDivergence = 0.125,
            AllowedDivergence = 0.0625,
            Top1Agreement = 0.75,
            Lost = 3,
            Gained = 1,
        };
        return
        [
            new RoundProposed(
                0,
                0,
                "together",
                [new ProposedItem(0, together.Id, together), new ProposedItem(1, gate.Id, gate), new ProposedItem(2, ranges.Id, ranges)]),
            new ItemCompleted(0, together.Id, new FinalTimingResult([timed], Seconds: 4)),
            new ItemCompleted(1, gate.Id, new ParityResult(finding, "They differ.", ["é \"1\""], Seconds: 2)),
            new ItemCompleted(
                2, ranges.Id, new RangesResult([new RangeFit("é \"1\"", "t", 30, 25, 0.25)], [new InputShift("x", -0.5, 2)], Seconds: 3)),
        ];
    }

    private static IReadOnlyList<JournalEvent> BuildRebuilt()
    {
        var spec = Networks.Easy.Spec.Choosing(
            options => options with { Reconstruct = ReconstructionMode.Always, Iterations = 20 });
        var found = (WinnerSelected)All[4];
        var better = new Plan(found.Plan.Target, [.. found.Plan.Groups.Select(group => group with { Rounding = "qdrop" })]);
        ReconstructItem Item(ReconstructionStep step) =>
            new(spec.ReconstructionContext, found.Plan, step, step == ReconstructionStep.Probe ? 0 : 20);
        ReconstructResult Result(Plan plan) => new()
        {
            Plan = plan,
            Learned = new string('d', 64),
            Accuracy = Sample.Accuracy([true, true, true], kl: 0.02),
            Blocks =
            [
                new ReconstructedBlock("é \"1\"+2", "weights", 0.5, 0.25, Kept: true, TakenBack: false, 20, 0.5),
                new ReconstructedBlock("3", "activations", 0.5, 0.6, Kept: false, TakenBack: false, 20, 0.5)
            ],
            Test = new TestResult(90, 91, 100, 2, 1),
            Evaluations = 1,
            Seconds = 2.5,
        };
        return
        [
            new JobSubmitted(spec.JobId, spec, ((JobSubmitted)All[0]).Space),
            All[1],
            All[2],
            All[3],
            found,
            new AttemptStarted(-3, 1, "node-2", "cpu:0"),
            new StepCompleted(
                "reconstruct", Item(ReconstructionStep.Probe), new WeightProbeResult(2, 3, 0.03, [5], 0.5), null, -4, "weights \"matter\""),
            new AttemptStarted(-4, 1, "node-2", "cpu:0"),
            new StepFailed(
                "reconstruct", Item(ReconstructionStep.AdaRound), new FailedResult(FailureKind.OutOfMemory, "8 GiB asked, 4 GiB there"), 1),
            new StepCompleted("reconstruct", Item(ReconstructionStep.Brecq), Result(found.Plan), null, -6, "not better"),
            new AttemptStarted(-6, 1, "node-2", "cpu:0"),
            new StepCompleted(
                "reconstruct",
                Item(ReconstructionStep.QDrop),
                Result(better),
                new WinnerSelected(better, Feasible: true, WinnerKind.Faster, "It is. Reconstructed."),
                Next: null,
                "better"),
            new JobCompleted(better.Digest),
        ];
    }


    private static IReadOnlyList<JournalEvent> BuildTuned(bool kept)
    {
        var spec = (Networks.Easy.Spec with { Data = new DataDigests("c", "e", Training: "t") }).Choosing(
            options => options with { FineTune = FineTuneMode.Always, Epochs = 3 });
        var found = (WinnerSelected)All[4];
        var item = new FineTuneItem(spec.FineTuneContext, found.Plan, 3);
        var trained = new Plan(found.Plan.Target, [.. found.Plan.Groups.Select(group => group with { Rounding = "qat" })]);
        var result = new FineTuneResult
        {
            Plan = trained,
            Learned = new string('b', 64),
            Accuracy = Sample.Accuracy([true, true, true], kl: 0.05),
            Test = new TestResult(90, 91, 100, 2, 1),
            BestEpoch = 2,
            Images = 500,
            Seconds = 1.5,
        };
        JournalEvent end = kept
            ? new StepCompleted(
                "fine-tune",
                item,
                result,
                new WinnerSelected(trained, Feasible: true, WinnerKind.Faster, "It is. Fine-tuned."),
                Next: null,
                "better")
            : new StepFailed("fine-tune", item, new FailedResult(FailureKind.InvalidCandidate, "The loss is not finite."), 1);
        return
        [
            new JobSubmitted(spec.JobId, spec, ((JobSubmitted)All[0]).Space),
            All[1],
            All[2],
            All[3],
            found,
            new AttemptStarted(-2, 1, "node-2", "cpu:0"),
            end,
            new JobCompleted(kept ? trained.Digest : found.Plan.Digest),
        ];
    }

    private static IReadOnlyList<JournalEvent> Build()
    {
        var network = Networks.Easy;
        var space = new SearchSpace(
            "m", [new GroupInfo("é \"1\"", ["Conv"], 5, 6, "line\nbreak")], [new GroupEdge(-1, 0, "x", 3), new GroupEdge(0, 1, "y", 3)]);
        var plan = Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", ["é \"1\""], "max", biasCorrection: false);
        var accuracy = new AccuracyItem(network.Spec.AccuracyContext, plan, ImageScope.Full);
        var latency = new LatencyItem(network.Spec.LatencyContext, plan);
        return
        [
            new JobSubmitted(network.Spec.JobId, network.Spec, space),
            new RoundProposed(0, 0, "baselines", [new ProposedItem(0, accuracy.Id, accuracy), new ProposedItem(1, latency.Id, latency)]),
            new ItemCompleted(0, accuracy.Id, Sample.Accuracy([true, false, true], kl: 0.1)),
            new ItemFailed(1, latency.Id, new FailedResult(FailureKind.OutOfMemory, "8 GiB asked, 4 GiB there"), 2),
            new WinnerSelected(plan, Feasible: true, WinnerKind.Faster, "It is."),
            new ArtefactPublished("winner.qdq.onnx", new string('a', 64), 123),
            new JobCompleted(plan.Digest),
        ];
    }
}
