using System.Diagnostics;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Runtimes.Timing;

namespace Cluster.Evaluation.Measuring;

/// <summary>Times a candidate's file in turn with the FP32 network, on evaluation images, in the target's runtime.</summary>
internal sealed class LatencyMeasurer(EvaluationSetup setup)
{
    // Until the interval is narrower than a tie, which decides nothing more, and no longer than a search can afford a candidate. Short
    // runs, whose times scatter most, are timed in turns of a millisecond, fifty of them at least. A disturbance that falls on one of the
    // two alone is in some rounds of many and moves their median little: it costs further rounds, not another measurement.
    public static LatencyOptions Options(int threads) => new()
    {
        Rounds = 50,
        TurnTime = TimeSpan.FromMilliseconds(1),
        Precision = Ties.Factor - 1,
        AmpleTime = TimeSpan.FromSeconds(0.5),
        AmpleRounds = 10,
        WarmUpRuns = 3,
        WarmUpTime = TimeSpan.FromMilliseconds(100),
        TimeCap = TimeSpan.FromSeconds(3),
        FewestRounds = 15,
        PinThread = threads == 1,
    };

    // Finalists are timed again, together, so a first timing says only which plans these are: what lies further apart than a tie has to
    // come in order, and no half of a tie is decided by it.
    internal static LatencyOptions First(int threads) => Options(threads) with { Precision = 2 * (Ties.Factor - 1) };

    public LatencyResult Measure(LatencyItem item, CancellationToken cancellation) => Measure(
        item.Plan, item.Plan.IsBaseline ? null : File(item.Plan, cancellation), First(setup.Threads), cancellation);

    /// <summary>Times one plan beside FP32, or several in turn with one FP32.</summary>
    /// <returns>In the order of the items.</returns>
    public IReadOnlyList<LatencyResult> Measure(IReadOnlyList<LatencyItem> items, CancellationToken cancellation)
    {
        if (items is [var single])
        {
            return [Measure(single, cancellation)];
        }

        byte[][] files = [.. items.Select(item => File(item.Plan, cancellation))];
        return [.. InTurn([.. items.Select(item => item.Plan)], files, First(setup.Threads), cancellation)
            .Select(result => result with { Turn = items[0].Plan.Digest })];
    }

    /// <param name="model">The plan's file; null: the FP32 network.</param>
    public LatencyResult Measure(Plan plan, byte[]? model, CancellationToken cancellation) =>
        Measure(plan, model, Options(setup.Threads), cancellation);

    /// <summary>Times several plans and FP32 in turn, so that each may be compared with each.</summary>
    public FinalTimingResult Measure(FinalTimingItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        byte[][] files = [.. item.Plans.Select(plan => setup.Builder.Build(plan, cancellation).Bytes)];

        // An interval narrower than a tie decides nothing more.
        int patience = item.Patience ?? 1;
        var options = Options(setup.Threads) with { Rounds = 20 * patience, TurnTime = TimeSpan.FromMilliseconds(2) };
        return new FinalTimingResult(
            [.. InTurn(item.Plans, files, options, cancellation, patience)], Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private LatencyResult Measure(Plan plan, byte[]? model, LatencyOptions options, CancellationToken cancellation)
    {
        if (model is null)
        {
            var (alone, watched) = Time([setup.Network.Float32Model], options, cancellation);
            return Result(plan, alone[0], alone[0], otherCores: null, watched);
        }

        return InTurn([plan], [model], options, cancellation).Single();
    }

    private IEnumerable<LatencyResult> InTurn(
        IReadOnlyList<Plan> plans, IReadOnlyList<byte[]> files, LatencyOptions options, CancellationToken cancellation, int patience = 1)
    {
        var load = OtherLoad.Begin();

        // Three seconds for one plan, and another for each further one.
        var capped = options with { TimeCap = TimeSpan.FromSeconds(patience * (2 + plans.Count)) };
        var (timed, gpu) = Time([setup.Network.Float32Model, .. files], capped, cancellation);
        double? otherCores = load.Cores();
        return plans.Select((plan, i) => Result(plan, timed[i + 1], timed[0], otherCores, gpu));
    }

    // A finalist is timed again, of its own file: a first timing may be of any that takes as long.
    private byte[] File(Plan plan, CancellationToken cancellation) => setup.Builder.BuildToTime(plan, cancellation);

    private (IReadOnlyList<LatencyMeasurement> Timed, ThrottleWatch Gpu) Time(
        IReadOnlyList<byte[]> files, LatencyOptions options, CancellationToken cancellation)
    {
        var gpu = new ThrottleWatch(setup.Target.Sensor);
        return (
            TargetTiming.Measure(
                setup.Target,
                files,
                setup.Threads,
                setup.Evaluation.Repeated(setup.Batch),
                options with { IsSpoilt = gpu.Look },
                cancellation),
            gpu);
    }

    // By the ratio of runs that were in turn: what slows both does not show.
    private LatencyResult Result(Plan plan, LatencyMeasurement candidate, LatencyMeasurement float32, double? otherCores, ThrottleWatch gpu)
    {
        double float32Ms = float32.Summary.MedianMs;
        var ratio = LatencyRatio.Of(candidate.SamplesMs, float32.SamplesMs);
        return new LatencyResult
        {
            PlanDigest = plan.Digest,
            MedianMs = float32Ms * ratio.Median,
            IqrMs = candidate.Summary.IqrMs,
            Count = candidate.Summary.Count,
            Float32MedianMs = float32Ms,
            Float32IqrMs = float32.Summary.IqrMs,
            LowMs = float32Ms * ratio.Low,
            HighMs = float32Ms * ratio.High,
            OtherCores = otherCores,
            ClockHz = gpu.ClockHz,
            Throttled = gpu.Throttled,
            Runtime = setup.Target.Runtime,
            Device = setup.Target.Device,
            Batch = setup.Batch,
            Threads = setup.Threads,
        };
    }
}
