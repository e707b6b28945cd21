using Cluster.Simulation;

namespace Cluster.Reporting.Tests;

/// <summary>
/// Whole jobs on drawn networks whose timings scatter as on a busy machine, with budgets, refusals by the parity gate and other goals:
/// nothing that their results say contradicts another part of them.
/// </summary>
public sealed class ResultConsistencyTests
{
    private const int Kinds = 6;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 36)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Write_AnyJob_ContradictsNothingOfItself(int seed)
    {
        var outcome = await RunAsync(seed);
        using var folder = new WorkFolder();
        Write(folder, outcome);

        ResultConsistency.Contradictions(folder.Root, Code(outcome)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_TheJobs_EndInEveryWay()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 36).Select(RunAsync));

        outcomes.Select(outcome => outcome.Result.Decision.Kind).Distinct().Count().ShouldBe(Enum.GetValues<WinnerKind>().Length);
        outcomes.ShouldContain(outcome => outcome.Result.Decision.PassedOver != null);
        outcomes.ShouldContain(outcome => outcome.Result.Decision.Reason.Contains("the parity gate refused", StringComparison.Ordinal));
        outcomes.ShouldContain(outcome => outcome.Finals.Count > 1);
    }

    [Fact]
    public async Task Contradictions_ForgedResult_AreFound()
    {
        var outcome = await RunAsync(6);
        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        var result = outcome.Result;
        var slower = result.Winner.Latency! with { MedianMs = 1.2 * result.Winner.Latency.MedianMs };
        using var folder = new WorkFolder();
        Write(folder, outcome with { Result = result with { Winner = result.Winner with { Latency = slower } } });
        ResultConsistency.Contradictions(folder.Root, ExitCode.NothingFeasible).Count.ShouldBeGreaterThan(3);

        Write(folder, outcome with
        {
            Result = result with { Front = [.. result.Front.Where(plan => !plan.Plan.Equals(outcome.Winner.Plan))] },
        });
        ResultConsistency.Contradictions(folder.Root, ExitCode.Done).ShouldContain("the winner is not on the front");
    }

    private static int Code(JobOutcome outcome) => outcome.Result.Decision.Kind switch
    {
        WinnerKind.NothingFaster or WinnerKind.NothingFeasible => ExitCode.NothingFeasible,
        WinnerKind.Unclear => ExitCode.Unclear,
        _ => ExitCode.Done,
    };

    private static Task<JobOutcome> RunAsync(int seed)
    {
        var random = new SplitMix64((ulong)(1000 + seed));
        var network = Networks.Random((ulong)seed) with { Images = 200 + (400 * (seed % 3)) };
        network = (seed % Kinds) switch
        {
            1 => network with { Int8Ms = [.. network.Float32Ms.Select(ms => (0.92 + (0.1 * Unit())) * ms)], EdgeMs = 0.01 },
            2 => network with { Damage = [.. network.Damage.Select(damage => damage + 0.02)] },
            _ => network,
        };
        double float32 = network.Float32Ms.Sum();
        network = network with
        {
            Spec = network.Spec.Choosing(options => (seed % Kinds) switch
            {
                3 => options with { LatencyBudgetMs = (0.3 + (0.7 * Unit())) * float32 },
                4 => options with { SizeBudgetBytes = random.Below(2) == 0 ? 1000 : 2000 + (200L * network.Count) },
                5 => options with { Goal = SearchGoal.Front },
                _ => options,
            }),
        };
        return Jobs.RunAsync(network, evaluator: new SyntheticEvaluator(network, item => item switch
        {
            LatencyItem alone => Scattered(network, alone.Plan, seed, 0.06),
            FinalTimingItem together => new FinalTimingResult(
                [.. together.Plans.Select(plan => Scattered(network, plan, seed + 1000, 0.03, busy: 1 + (0.1 * (seed % 4))))]),
            ParityItem parity when seed % 5 == 0 && Draw(parity.Plan, seed) < 0.5 =>
                new ParityResult(new ParityFinding(Passed: false, 8, 0), "They differ.", []),
            _ => null,
        }));

        double Unit() => random.Below(1 << 20) / (double)(1 << 20);
    }

    // The same machine at another moment: everything takes longer by a factor, and each plan scatters by a share of its own.
    private static LatencyResult Scattered(SyntheticNetwork network, Plan plan, int seed, double scatter, double busy = 1)
    {
        var timed = (LatencyResult)network.Evaluate(new LatencyItem("context", plan));
        double float32 = busy * timed.Float32MedianMs;
        double ms = busy * timed.MedianMs * (1 + (scatter * ((2 * Draw(plan, seed)) - 1)));
        double half = seed % 1000 % 12 == 0 ? 0.7 : 0.01;
        return timed with { MedianMs = ms, Float32MedianMs = float32, LowMs = ms * (1 - half), HighMs = ms * (1 + half) };
    }

    private static double Draw(Plan plan, int seed) =>
        new SplitMix64(Convert.ToUInt64(plan.Digest[..16], 16) + (ulong)seed).Below(1 << 20) / (double)(1 << 20);

    private static void Write(WorkFolder folder, JobOutcome outcome)
    {
        var model = SampleOutcome.Report(outcome);
        File.WriteAllText(folder["front.csv"], CsvFiles.Front(model));
        File.WriteAllText(folder["sensitivity.csv"], CsvFiles.Sensitivity(model));
        File.WriteAllText(folder["report.html"], HtmlReport.Write(model));
        File.WriteAllText(folder["result.json"], model.Result.Format());
    }
}
