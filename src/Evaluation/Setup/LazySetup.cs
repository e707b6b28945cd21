namespace Cluster.Evaluation.Setup;

/// <summary>
/// Makes the data that measurements share on first use: a finished job is reported without calibrating again, and a resumed one reads the
/// statistics that its first run stored.
/// </summary>
/// <param name="spec">The job's spec.</param>
/// <param name="network">The network of the spec.</param>
/// <param name="data">The data of the spec.</param>
/// <param name="calibration">Folder of the calibration statistics.</param>
/// <param name="memory">The job's memory budget.</param>
/// <param name="slot">The device of this process's slot; null: the target's.</param>
/// <param name="deployed">The files of the spec's deployed winner; null: it has none.</param>
public sealed class LazySetup(
    JobSpec spec,
    NetworkFile network,
    JobData data,
    string calibration,
    WorkingMemory memory,
    SlotDevice? slot = null,
    DeployedFiles? deployed = null)
    : IDisposable
{
    private readonly Lock _lock = new();
    private readonly NetworkSetup _network = new(
        network,
        slot is null ? TargetList.Find(spec.Options.Target) : TargetList.Find(spec.Options.Target).On(slot),
        memory,
        calibration,
        spec.Options.Formats?.Select(GroupFormat.Parse).ToArray())
    {
        Deployed = deployed is null ? null : DeployedArtefact.Read(deployed),
    };

    private EvaluationSetup? _setup;

    /// <summary>Receives what is to be known of the work, a sentence each without its full stop.</summary>
    public Action<string>? Said { get; set; }

    /// <summary>The machine that measurements share with other programs.</summary>
    internal MachineLock Machine { get; } = new();

    /// <summary>Wall time of the calibration pass; zero if its statistics existed already.</summary>
    public TimeSpan CalibrationTime { get; private set; }

    /// <summary>The search space, known without calibration.</summary>
    public SearchSpace Space => _network.Translator.Space();

    /// <summary>The job's spec.</summary>
    public JobSpec Spec => spec;

    /// <summary>Images that the winner is fine-tuned on, if there are any.</summary>
    public ImageBatches? Training => data.Training;

    /// <summary>Whether <see cref="Value"/> was already made.</summary>
    public bool IsMade
    {
        get
        {
            lock (_lock)
            {
                return _setup is not null;
            }
        }
    }

    internal EvaluationSetup Value => Make(CancellationToken.None);

    /// <summary>Makes the value unless it exists.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while calibrating; nothing is kept.</exception>
    internal EvaluationSetup Make(CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _setup ??= MakeNew(cancellation);
        }
    }

    /// <summary>Checks on a few calibration images that FP32 can be executed, and computes what the file does.</summary>
    /// <exception cref="Networks.KernelException">It cannot be executed.</exception>
    /// <exception cref="Failures.InvalidPlanException">It computes another function.</exception>
    internal void RequireSameFunction() => _network.RequireSameFunction(data.Calibration);

    /// <summary>Frees the FP32 network, if it was made, and the temporary file.</summary>
    public void Dispose()
    {
        _setup = null;
        _network.Dispose();
    }

    private EvaluationSetup MakeNew(CancellationToken cancellation)
    {
        var (statistics, fitted) = Calibrate(cancellation);
        var setup = _network.With(statistics, data, spec.Options);
        setup.Warn(text => Said?.Invoke(text));
        Machine.Said = text => Said?.Invoke(text);
        return setup with
        {
            Machine = Machine,
            Calibrators = spec.Options.Calibrators == CalibratorScope.Group ? Basis(statistics, fitted) : null,
        };
    }

    // A resumed job finds only the statistics of all images: if it still has to choose calibrators, it makes one more pass.
    private CalibratorBasis Basis(CalibrationStatistics all, CalibrationStatistics? fitted) => new(
        data.Calibration,
        spec.Options.Seed,
        (heldBack, cancellation) => new PlanResolver(
            network.Grouped,
            heldBack.Count == 0 ? all : fitted ?? _network.CalibrateApart(data.Calibration, heldBack, cancellation).Fitted));

    /// <summary>Statistics of all images and, if they were made now and some images are held back, of the others.</summary>
    private (CalibrationStatistics All, CalibrationStatistics? Fitted) Calibrate(CancellationToken cancellation)
    {
        var stored = new CalibrationFolder(calibration, data.Digests.Calibration, network.Identity);
        if ((_network.Deployed?.Statistics ?? stored.TryReadStatistics()) is { } known)
        {
            return (known, null);
        }

        long began = Stopwatch.GetTimestamp();
        Said?.Invoke($"calibrating on {data.Calibration.Images.Count} images (one pass for every calibrator)");
        var heldBack = spec.Options.Calibrators == CalibratorScope.Group
            ? CalibratorBasis.HeldBack(data.Calibration, spec.Options.Seed)
            : new HashSet<int>();
        (CalibrationStatistics All, CalibrationStatistics? Fitted) statistics = heldBack.Count == 0
            ? (_network.Calibrate(data.Calibration, cancellation), null)
            : _network.CalibrateApart(data.Calibration, heldBack, cancellation);
        stored.WriteStatistics(statistics.All);
        CalibrationTime = Stopwatch.GetElapsedTime(began);
        Said?.Invoke($"calibrated in {CalibrationTime.TotalSeconds:F1} s");
        return statistics;
    }
}
