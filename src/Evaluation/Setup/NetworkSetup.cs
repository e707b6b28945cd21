namespace Cluster.Evaluation.Setup;

/// <summary>
/// A network before its calibration, for a job and for every single step: its FP32 network, plans for one target, space for tensors. Not
/// thread-safe.
/// </summary>
/// <param name="folder">Where tensors that do not fit into memory are stored.</param>
/// <param name="formats">The formats of a search; null: the plan's own.</param>
internal sealed class NetworkSetup(
    NetworkFile network, ITarget target, WorkingMemory memory, string folder, IReadOnlyList<GroupFormat>? formats = null) : IDisposable
{
    // Read before any work: a value that is none is an error.
    private readonly double _timingSeconds = TimingSeconds.Configured;
    private FloatNetwork? _float32;

    public NetworkFile Network => network;

    public PlanTranslator Translator { get; } = new(network.Grouped, network.Digest, target.Name, formats, target.Formats, target.UsesGpu);

    /// <summary>A winner's file to measure instead of one built from its plan; null: none.</summary>
    public DeployedArtefact? Deployed { get; init; }

    /// <summary>Threads that accuracy work may use.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;

    private SpillSpace Space { get; } = memory.Space(folder);

    /// <summary>The FP32 network, made on first use.</summary>
    /// <exception cref="KernelException">It cannot be executed.</exception>
    public FloatNetwork Float32 => _float32 ??= MakeFloat32();

    /// <summary>Checks on a few samples that the network that was read is still the file's function, as ONNX Runtime computes it.</summary>
    /// <inheritdoc cref="SameFunction.Require(NetworkFile, FloatNetwork?, ImageBatches)"/>
    public void RequireSameFunction(ImageBatches samples) => SameFunction.Require(network, Float32, samples);

    /// <summary>Statistics of the images, by one pass of the FP32 network, which is the file's function.</summary>
    /// <inheritdoc cref="RequireSameFunction"/>
    public CalibrationStatistics Calibrate(ImageBatches images, CancellationToken cancellation)
    {
        RequireSameFunction(images);
        return CalibrationPass.Run(Float32, images, Cores, cancellation);
    }

    /// <summary>Statistics of all images, and of those that are not held back, by one such pass.</summary>
    /// <inheritdoc cref="RequireSameFunction"/>
    public (CalibrationStatistics All, CalibrationStatistics Fitted) CalibrateApart(
        ImageBatches images, IReadOnlySet<int> heldBack, CancellationToken cancellation)
    {
        RequireSameFunction(images);
        return CalibrationPass.RunApart(Float32, images, heldBack, Cores, cancellation);
    }

    /// <summary>Statistics of all images, and of each part of them, by one such pass.</summary>
    /// <inheritdoc cref="CalibrationPass.RunInParts"/>
    public (CalibrationStatistics All, IReadOnlyList<CalibrationStatistics> Parts) CalibrateInParts(
        ImageBatches images, int count, CancellationToken cancellation)
    {
        RequireSameFunction(images);
        return CalibrationPass.RunInParts(Float32, images, count, Cores, cancellation);
    }

    /// <summary>Combines what follows from the network, its statistics, a job's data and its options.</summary>
    /// <inheritdoc cref="With(CalibrationStatistics, ImageBatches?, ImageBatches?, MetricKind, CodeStorage, LayerForm)"/>
    public EvaluationSetup With(
        CalibrationStatistics statistics, JobData data, JobOptions options, CodeStorage storage = CodeStorage.Bytes) =>
        With(statistics, data.GivenCalibration, data.Samples, data.Metric, storage, options.Form ?? LayerForm.Fast) with
        {
            Timed = data.Timed,
            Test = data.Test,
            Predictions = data.Predictions,
            Judge = data.Judge,
            AllowsLostChannels = options.LostChannels == ChannelLoss.Allow,
            Batch = options.Batch,
            Threads = options.Threads,
        };

    /// <summary>Combines what follows from the network, its statistics and its images.</summary>
    /// <param name="calibration">Null if every build is given its corrected biases.</param>
    /// <param name="evaluation">What files are judged on; null if none is.</param>
    /// <param name="storage">How codes below 8 bits are stored, where the file is ONNX Runtime's own.</param>
    /// <param name="form">How layers are written, where the target has faster forms.</param>
    public EvaluationSetup With(
        CalibrationStatistics statistics,
        ImageBatches? calibration,
        ImageBatches? evaluation,
        MetricKind metric = default,
        CodeStorage storage = CodeStorage.Bytes,
        LayerForm form = LayerForm.Fast)
    {
        var resolver = new PlanResolver(network.Grouped, statistics);
        var far = statistics.LeftOut.Select(image => calibration is null ? null : Words(image, calibration.Images)).OfType<string>();
        string[] warnings =
        [
            .. far,
            .. resolver.KeptInFloat,
            .. new[] { GraphLimits.Unquantizable(network.Grouped) }.OfType<string>(),
        ];
        calibration = calibration?.Without(statistics.Unseen(calibration.Images.Count));
        var repairs = new RepairNumbers(network.Grouped);
        return new EvaluationSetup
        {
            Target = target,
            Network = network,
            Original = network.Original,
            Float32 = Float32,
            Translator = Translator,
            Statistics = statistics,
            Warnings = warnings,
            Resolver = resolver,
            Builder = new ArtefactBuilder(
                network,
                Float32,
                Translator,
                resolver,
                calibration,
                Cores,
                memory,
                Space,
                target.Form(statistics, storage, form, calibration),
                repairs,
                Deployed),
            Repairs = repairs,
            Space = Space,
            Parity = new ParityReports(target, Float32, evaluation, metric.Outputs()),
            Calibration = calibration,
            Evaluation = evaluation,
            Metric = metric,
            Cores = Cores,
            Machine = new MachineLock(),
            TimingSeconds = _timingSeconds,
        };
    }

    private static string Words(FarImage far, SampleSet images) => string.Create(
        CultureInfo.InvariantCulture,
        $"calibration image {far.Image}{(images.FileOf(far.Image) is { } file ? $" ({file})" : "")} holds values up to {far.Magnitude:G4} "
        + $"in '{far.Tensor}', {far.Times:N0} times larger than the others'; it is left out of the calibration: correct it or remove it");

    /// <summary>Frees the FP32 network, if it was made, and the temporary file.</summary>
    public void Dispose()
    {
        _float32?.Dispose();
        Space.Dispose();
    }

    // Batches run concurrently, one thread each.
    private FloatNetwork MakeFloat32()
    {
        TorchSettings.Threads = 1;
        return new FloatNetwork(network.Grouped) { Counted = network.Counted };
    }
}
