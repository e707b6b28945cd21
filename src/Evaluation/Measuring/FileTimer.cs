namespace Cluster.Evaluation.Measuring;

/// <summary>Times files in turn with the FP32 network in the target's runtime.</summary>
internal class FileTimer(EvaluationSetup setup)
{
    // A narrower interval decides nothing more: its ends are within a tie of its middle.
    private const double Precision = 2 * (Ties.Factor - 1);

    /// <summary>What files are measured with.</summary>
    protected EvaluationSetup Setup => setup;

    /// <summary>How files are timed beside FP32: three seconds for one of them, and another for each further one.</summary>
    /// <param name="files">Without FP32.</param>
    /// <param name="patience">How many times as long it may take.</param>
    public static SittingOptions Options(int threads, int files, double patience = 1, double precision = Precision) =>
        new(Sitting(threads), precision, TimeSpan.FromSeconds(patience * (2 + files)));

    /// <summary>
    /// One sitting. Short runs, whose times scatter most, are timed in turns of two milliseconds; of runs of tens of milliseconds one a
    /// sitting is enough.
    /// </summary>
    public static LatencyOptions Sitting(int threads) => new()
    {
        Rounds = 10,
        TurnTime = TimeSpan.FromMilliseconds(2),
        WarmUpRuns = 1,
        WarmUpTime = TimeSpan.FromMilliseconds(20),
        TimeCap = TimeSpan.FromMilliseconds(60),
        FewestRounds = 1,
        PinThread = threads == 1,
    };

    /// <summary>Times one file beside FP32.</summary>
    /// <param name="digest">Of its plan.</param>
    /// <param name="model">The file; null: the FP32 network.</param>
    public LatencyResult Measure(string digest, ModelFile? model, CancellationToken cancellation)
    {
        if (model is null)
        {
            var (alone, watched) = Time([setup.Network.Float32Model], Options(setup.Threads, 1, setup.TimingSeconds), cancellation);
            return Result(digest, alone.Sittings[0], alone with { OtherCores = null }, watched);
        }

        return InTurn([(digest, model)], cancellation).Single();
    }

    /// <summary>Times the user's file beside FP32, at the file's own batch; null if it is FP32's.</summary>
    public GivenTiming? Given(CancellationToken cancellation)
    {
        if (ReferenceEquals(setup.Original.File, setup.Network.Float32Model))
        {
            return null;
        }

        int batch = setup.Original.Batch ?? setup.Batch;
        var timed = TargetTiming.Measure(
            setup.Target,
            [setup.Network.Float32Model, setup.Original.File],
            setup.Threads,
            setup.Timed.Repeated(batch),
            Options(setup.Threads, 1, setup.TimingSeconds),
            cancellation);
        double float32Ms = timed.Sittings[0].Summary.MedianMs;
        var ratio = timed.Sittings[1].Ratio;
        return new GivenTiming(batch, float32Ms * ratio.Median, float32Ms, float32Ms * ratio.Low);
    }

    /// <summary>Times several files in turn with one FP32, so that each may be compared with each.</summary>
    protected IEnumerable<LatencyResult> InTurn(
        IReadOnlyList<(string Digest, ModelFile Model)> files,
        CancellationToken cancellation,
        int patience = 1,
        double precision = Precision)
    {
        var (timed, gpu) = Time(
            [setup.Network.Float32Model, .. files.Select(file => file.Model)],
            Options(setup.Threads, files.Count, patience * setup.TimingSeconds, precision),
            cancellation);
        return files.Select((file, i) => Result(file.Digest, timed.Sittings[i + 1], timed, gpu));
    }

    private (TimedFiles Timed, ThrottleWatch Gpu) Time(
        IReadOnlyList<ModelFile> files, SittingOptions options, CancellationToken cancellation)
    {
        var gpu = new ThrottleWatch(setup.Target.Sensor);
        return (
            TargetTiming.Measure(
                setup.Target,
                files,
                setup.Threads,
                setup.Timed.Repeated(setup.Batch),
                options with { Each = options.Each with { IsSpoilt = gpu.Look } },
                cancellation),
            gpu);
    }

    // By the ratio of runs that were in turn: what slows both does not show.
    private LatencyResult Result(string digest, SittingLatency candidate, TimedFiles all, ThrottleWatch gpu)
    {
        var float32 = all.Sittings[0];
        double float32Ms = float32.Summary.MedianMs;
        return new LatencyResult
        {
            PlanDigest = digest,
            MedianMs = float32Ms * candidate.Ratio.Median,
            IqrMs = candidate.Summary.IqrMs,
            Count = candidate.Summary.Count,
            Float32MedianMs = float32Ms,
            Float32IqrMs = float32.Summary.IqrMs,
            LowMs = float32Ms * candidate.Ratio.Low,
            HighMs = float32Ms * candidate.Ratio.High,
            OtherCores = all.OtherCores,
            ClockHz = gpu.ClockHz,
            Throttled = gpu.Throttled,
            Runtime = setup.Target.Runtime,
            Device = setup.Target.Device,
            Batch = setup.Batch,
            Threads = setup.Threads,
        };
    }
}

/// <summary>
/// Watches a GPU between the rounds of a timing: rounds in which its clocks were throttled are measured again, a limited number of times;
/// the remaining ones are reported with the latency.
/// </summary>
internal sealed class ThrottleWatch(IGpuSensor? gpu)
{
    /// <summary>The most rounds of one timing that are measured again: a GPU that is always too hot must be timed as well.</summary>
    public const int MostRepeated = 50;

    private readonly SortedSet<string> _reasons = new(StringComparer.Ordinal);
    private int _repeated;

    /// <summary>The lowest clock of the counted rounds, Hz; null if unknown.</summary>
    public double? ClockHz { get; private set; }

    /// <summary>Why the clocks were throttled in counted rounds, separated by commas; null if they were not.</summary>
    public string? Throttled => _reasons.Count == 0 ? null : string.Join(',', _reasons);

    /// <summary>Called after each round; null if there is no GPU to watch.</summary>
    public Func<bool>? Look => gpu is null ? null : IsSpoilt;

    private bool IsSpoilt()
    {
        var reading = gpu!.Read();
        if (reading.Throttled is { Count: > 0 } && _repeated < MostRepeated)
        {
            _repeated++;
            return true;
        }

        _reasons.UnionWith(reading.Throttled ?? new HashSet<string>());
        ClockHz = reading.ClockHz is { } clock ? Math.Min(clock, ClockHz ?? clock) : ClockHz;
        return false;
    }
}
