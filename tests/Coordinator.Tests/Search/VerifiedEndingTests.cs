namespace Cluster.Coordinator.Tests.Search;

public sealed class VerifiedEndingTests
{
    [Fact]
    public async Task Run_GroupDiffers_WinsWithoutItPastTheGate()
    {
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(Networks.Easy with { Differs = static (_, group) => group is "g03" or "g05" }, journal);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        Kept(outcome.Winner.Plan).ShouldBe(["g03", "g05"], "both differ, each fed the same numbers: one refusal says so of both");
        outcome.Result.Decision.Reason.ShouldContain("the parity gate refused 1 plan before it, the first for group 'g03'");
        var gates = Results<ParityItem, ParityResult>(journal);
        gates.Select(gate => gate.Result.Failure is null).ShouldBe([false, true]);
        gates[^1].Item.Plan.ShouldBe(outcome.Winner.Plan);
        outcome.Result.Front.Select(point => point.Plan).ShouldNotContain(gates[0].Item.Plan, "a front is to choose from");
        journal.Events.ShouldContain(e => e is JobCompleted);
    }

    [Fact]
    public async Task Run_NoGroupIsNamed_TheNextFinalistFollows()
    {
        var network = Networks.Easy;
        var usual = (await Jobs.RunAsync(network)).Winner.Plan;
        var refusing = new SyntheticEvaluator(network, item => item is ParityItem parity && parity.Plan.Equals(usual)
            ? new ParityResult(new ParityFinding(Passed: false, 8, 0) { Divergence = 0.5 }, "Runtime and simulation are 0.5 apart.", [])
            : null);

        var outcome = await Jobs.RunAsync(network, evaluator: refusing);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        outcome.Winner.Plan.ShouldNotBe(usual);
        outcome.Result.Decision.Reason.ShouldEndWith("the parity gate refused 1 plan before it.");
        var refused = outcome.Result.Refused!.ShouldHaveSingleItem();
        (refused.Plan, refused.Reason, refused.Parity!.Divergence).ShouldBe((usual, "Runtime and simulation are 0.5 apart.", 0.5));
    }

    [Fact]
    public async Task Run_EveryPlanIsRefused_EndsWithoutAWinnerAndSaysWhichGroup()
    {
        var network = Networks.Easy with { Differs = static (_, _) => true };
        var journal = new MemoryJournal();

        var refusal = await Should.ThrowAsync<JobException>(() => Jobs.RunAsync(network, journal));
        refusal.Message.ShouldContain("refused every quantized plan");
        refusal.Message.ShouldContain("group 'g00'");
        refusal.Message.ShouldContain("--keep-fp32 'g00'");
        journal.Events.ShouldNotContain(e => e is WinnerSelected || e is JobCompleted);

        int before = journal.Records.Count;
        (await Should.ThrowAsync<JobException>(() => Jobs.RunAsync(network, journal))).Message.ShouldBe(refusal.Message);
        journal.Records.Count.ShouldBe(before, "nothing is measured again");
    }

    [Fact]
    public async Task Run_EveryPlanLosesAChannel_EndsWithFP32AndSaysWhichChannel()
    {
        var channel = new OutputChannel("scores", 1, 3, 2.5);
        var finding = new ParityFinding(Passed: false, 8, 4) { WorstChannel = channel };
        var losing = new SyntheticEvaluator(
            Networks.Easy, item => item is ParityItem ? new ParityResult(finding, $"Here {channel.Words}.", []) : null);

        var outcome = await Jobs.RunAsync(Networks.Easy, evaluator: losing);

        outcome.Winner.Plan.IsBaseline.ShouldBeTrue();
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFeasible);
        outcome.Result.Decision.Reason.ShouldContain("may win");
        outcome.Result.Decision.Reason.ShouldEndWith($"The first: Here {channel.Words}.");
        outcome.Result.Refused.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Run_GateCannotBeMeasured_TheNextFinalistFollows()
    {
        var network = Networks.Easy;
        var usual = (await Jobs.RunAsync(network)).Winner.Plan;
        var failing = new SyntheticEvaluator(network, item => item is ParityItem parity && parity.Plan.Equals(usual)
            ? new FailedResult(FailureKind.NotFinite, "It gives NaN.")
            : null);

        (await Jobs.RunAsync(network, evaluator: failing)).Winner.Plan.ShouldNotBe(usual);
    }

    [Fact]
    public async Task Run_LuckyFirstTiming_IsSettledByTheTimingTogether()
    {
        // By itself the plan with one more group in FP32 looks fastest.
        var network = Networks.Easy with
        {
            Float32Ms = [.. Enumerable.Repeat(0.01, 8)],
            Int8Ms = [.. Enumerable.Repeat(0.004, 8)],
            EdgeMs = 0.0002,
        };
        var journal = new MemoryJournal();
        var lucky = new SyntheticEvaluator(network, item => item is LatencyItem { Plan.QuantizedCount: 7 } alone
            ? ((LatencyResult)network.Evaluate(alone)) with { MedianMs = 0.001 }
            : null);

        var outcome = await Jobs.RunAsync(network, journal, lucky);

        outcome.Winner.Plan.QuantizedCount.ShouldBe(8);
        var together = Results<FinalTimingItem, FinalTimingResult>(journal).ShouldHaveSingleItem();
        together.Item.Plans.ShouldContain(plan => plan.QuantizedCount == 7);
        together.Item.Plans.ShouldContain(outcome.Result.Baselines.Int8Best!.Plan);
        outcome.Result.Baselines.Int8!.Latency!.MedianMs.ShouldBe(
            outcome.Result.Baselines.Int8Best.Latency!.MedianMs, "the same kernels are timed once");
    }

    [Fact]
    public async Task Run_MachineIsSlowerAtTheEnd_WhatIsPrintedTogetherWasMeasuredTogether()
    {
        var network = Networks.Sensitive;
        var slower = new SyntheticEvaluator(network, item => item is FinalTimingItem together
            ? new FinalTimingResult([.. ((FinalTimingResult)network.Evaluate(together)).Plans.Select(plan => plan with
            {
                MedianMs = 3 * plan.MedianMs,
                LowMs = 2.9 * plan.MedianMs,
                HighMs = 3.1 * plan.MedianMs,
                Float32MedianMs = 3 * plan.Float32MedianMs,
            })])
            : null);

        var outcome = await Jobs.RunAsync(network, evaluator: slower);

        double float32 = outcome.Result.Baselines.Fp32.Latency!.MedianMs;
        float32.ShouldBe(3 * network.Float32Ms.Sum(), 1e-9);
        foreach (var plan in outcome.Result.Front.Append(outcome.Result.Winner).Append(outcome.Result.Baselines.Int8!).Append(
            outcome.Result.Baselines.Int8Best!))
        {
            plan.Latency!.Float32MedianMs.ShouldBe(float32, 1e-9);
        }

        outcome.Result.Decision.Reason.ShouldContain(FormattableString.Invariant(
            $"{float32 / outcome.Winner.Latency!.MedianMs:F2} times as fast as FP32 ("));
        outcome.Winner.Latency.LowMs.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_FirstOrLastGroupSlower_TimesThePlansThatLeaveThemOut()
    {
        // A run of microseconds, whose profile knows nothing of what the first group costs in 8 bits.
        var easy = Networks.Easy with
        {
            Float32Ms = [.. Enumerable.Repeat(0.01, 8)],
            Int8Ms = [.. Enumerable.Repeat(0.004, 8)],
            EdgeMs = 0.0002,
        };
        var network = easy with { Int8Ms = [0.03, .. Enumerable.Repeat(0.004, 7)] };
        var blind = new SyntheticEvaluator(network, item => item is ProfileItem ? easy.Evaluate(item) : null);

        var outcome = await Jobs.RunAsync(network, evaluator: blind);

        Kept(outcome.Winner.Plan).ShouldBe(["g00"]);
        blind.Asked.OfType<LatencyItem>().ShouldContain(item => Kept(item.Plan).SequenceEqual(new[] { "g07" }));
    }

    [Fact]
    public async Task Run_LatencyTable_ReplaysWhatWasTimedTogether()
    {
        // Timed together another plan is the fastest than by itself, and a table of the job says so.
        var network = Networks.Sensitive;
        var together = new SyntheticEvaluator(network, item => item is FinalTimingItem timed
            ? new FinalTimingResult([.. ((FinalTimingResult)network.Evaluate(timed)).Plans.Select((plan, i) => plan with
            {
                MedianMs = plan.MedianMs + (i == 0 ? 0.9 : 0),
            })])
            : null);
        var expected = await Jobs.RunAsync(network, evaluator: together);
        var table = new LatencyTableFile(network.Spec.LatencyContext, expected.Latencies, [expected.Profile!]) { Finals = expected.Finals };
        using var folder = new WorkFolder();
        await File.WriteAllTextAsync(folder["latency.json"], table.Format(), TestContext.Current.CancellationToken);
        var blind = new SyntheticEvaluator(
            network, static item => item.IsExclusive ? throw new InvalidOperationException(item.Title) : null);

        var replayed = await Jobs.RunAsync(
            network,
            evaluator: blind,
            options: new JobRunnerOptions { Latencies = LatencyTableFile.Read(folder["latency.json"], network.Spec.LatencyContext) });

        Should.Throw<JobException>(() => LatencyTableFile.Read(folder["latency.json"], "other")).Message.ShouldContain("another model");
        replayed.Winner.Plan.ShouldBe(expected.Winner.Plan);
        replayed.Winner.Latency!.MedianMs.ShouldBe(expected.Winner.Latency!.MedianMs);
        var apart = (table with { Finals = null }).Find(
            new FinalTimingItem(network.Spec.LatencyContext, [expected.Winner.Plan, expected.Result.Baselines.Int8Best!.Plan]));
        apart.ShouldNotBeNull("a table may have each plan by itself").Plans.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_SlowActivation_IsNamedAsTheCause()
    {
        var slow = Networks.AllSlower;
        var space = slow.Space with
        {
            Groups =
            [
                .. slow.Space.Groups.Select(
                    (group, i) => i % 2 == 0 ? group with { Operators = ["Conv", "HardSigmoid", "Mul"] } : group),
            ],
        };

        var outcome = await Jobs.RunAsync(
            slow, evaluator: new PlayedEvaluator(slow, (_, _, _) => Task.FromResult<WorkResult?>(null), space));

        outcome.Result.Groups[0].Reason.ShouldBe(
            "FP32: INT8 is slower here because of HardSigmoid, computed in FP32 between two conversions (1.2 ms against 1 ms a run).");
        outcome.Result.Groups[1].Reason.ShouldStartWith("FP32, as no accurate quantized plan was faster");
    }

    [Fact]
    public async Task Run_RefusedPlan_IsNoTargetOfAReconstruction()
    {
        var network = Networks.Sensitive with { Differs = static (_, group) => group is "g03" };
        var journal = await Jobs.JournalAsync(ReconstructionTests.Rebuilding(network, ReconstructionMode.Always));

        journal.Events.OfType<StepCompleted>()
            .Select(step => ((ReconstructItem)step.Item).Plan)
            .ShouldAllBe(plan => plan.Groups[3].Format.IsBaseline);
    }

    private static string[] Kept(Plan plan) =>
        [.. plan.Groups.Where(decision => decision.Format.IsBaseline).Select(decision => decision.Group)];

    private static (TItem Item, TResult Result)[] Results<TItem, TResult>(MemoryJournal journal)
        where TItem : WorkItem
        where TResult : WorkResult
    {
        var items = journal.Events.OfType<RoundProposed>()
            .SelectMany(round => round.Items)
            .ToDictionary(item => item.Sequence, item => item.Item);
        return
        [
            .. journal.Events.OfType<ItemCompleted>()
                .Where(completed => items[completed.Sequence] is TItem)
                .Select(completed => ((TItem)items[completed.Sequence], (TResult)completed.Result)),
        ];
    }
}
