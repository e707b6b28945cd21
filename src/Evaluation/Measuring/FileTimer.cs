using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Runtimes.Timing;

namespace Cluster.Evaluation.Measuring;

/// <summary>Times files in turn with the FP32 network, on evaluation images, in the target's runtime.</summary>
internal class FileTimer(MeasuringSetup setup)
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

    /// <summary>Times one file beside FP32.</summary>
    /// <param name="digest">Of its plan.</param>
    /// <param name="model">The file; null: the FP32 network.</param>
    public LatencyResult Measure(string digest, byte[]? model, CancellationToken cancellation) =>
        Measure(digest, model, Options(setup.Threads), cancellation);

    protected LatencyResult Measure(string digest, byte[]? model, LatencyOptions options, CancellationToken cancellation)
    {
        if (model is null)
        {
            var (alone, watched) = Time([setup.Float32Model], options, cancellation);
            return Result(digest, alone[0], alone[0], otherCores: null, watched);
        }

        return InTurn([(digest, model)], options, cancellation).Single();
    }

    /// <summary>Times several files in turn with one FP32, so that each may be compared with each.</summary>
    protected IEnumerable<LatencyResult> InTurn(
        IReadOnlyList<(string Digest, byte[] Model)> files, LatencyOptions options, CancellationToken cancellation, int patience = 1)
    {
        var load = OtherLoad.Begin();

        // Three seconds for one plan, and another for each further one.
        var capped = options with { TimeCap = TimeSpan.FromSeconds(patience * (2 + files.Count)) };
        var (timed, gpu) = Time([setup.Float32Model, .. files.Select(file => file.Model)], capped, cancellation);
        double? otherCores = load.Cores();
        return files.Select((file, i) => Result(file.Digest, timed[i + 1], timed[0], otherCores, gpu));
    }

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
    private LatencyResult Result(
        string digest, LatencyMeasurement candidate, LatencyMeasurement float32, double? otherCores, ThrottleWatch gpu)
    {
        double float32Ms = float32.Summary.MedianMs;
        var ratio = LatencyRatio.Of(candidate.SamplesMs, float32.SamplesMs);
        return new LatencyResult
        {
            PlanDigest = digest,
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
