namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>
/// The plan of a job that searches for none, as typed: one that was stored, or every group quantized with the same calibrator.
/// </summary>
public sealed record GivenPlan
{
    /// <summary>Default bits of weights and activations.</summary>
    internal const int DefaultBits = 8;

    /// <summary>The default of <see cref="Method"/>.</summary>
    public const string DefaultMethod = "mse";

    /// <summary>Path of the plan to build; null: every group is quantized with <see cref="Method"/>.</summary>
    public string? Plan { get; init; }

    /// <summary>Folder of the statistics and corrections that <see cref="Plan"/> was built from.</summary>
    public string? Calibration { get; init; }

    /// <summary>Calibrator of every group; null: <see cref="DefaultMethod"/>, or as a plan says.</summary>
    public string? Method { get; init; }

    /// <summary>
    /// Whether biases are corrected for the mean error of the rounded weights; a plan decides for itself.
    /// </summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>Bits of weights; null: as a plan says, or <see cref="DefaultBits"/>, like the next two.</summary>
    public int? WeightBits { get; init; }

    /// <summary>Bits of activations.</summary>
    public int? ActivationBits { get; init; }

    /// <summary>Bits of weights and activations of the first and the last group with weights.</summary>
    public int? FirstLastBits { get; init; }

    /// <summary>
    /// Form of weights of 8 bits, int8 or int8-safe; or a format that ONNX Runtime's own operators compute in, for the layers that it has
    /// them for, others being in the usual INT8. Null: <see cref="Int8Form"/> of this processor, or as a plan says.
    /// </summary>
    public GroupFormat? Format { get; init; }

    /// <summary>How weights are rounded; null: as a plan says, or to nearest.</summary>
    public string? Rounding { get; init; }

    /// <summary>Type of weights of 4 bits or fewer in the file.</summary>
    public CodeStorage Storage { get; init; }

    /// <summary>The device for learning roundings or for training; null for the processor.</summary>
    public ComputeDevice? Device { get; init; }

    /// <summary>Path of a TensorRT calibration cache, whose ranges the file for another runtime has.</summary>
    public string? CalibrationCache { get; init; }

    /// <summary>Path of a list of PaddleSlim's operators, whose ranges that file has.</summary>
    public string? PaddleScales { get; init; }

    /// <summary>Roundings that are learned from the calibration images.</summary>
    public static IReadOnlyList<string> LearnedRoundings { get; } =
        [.. Enum.GetNames<ReconstructionMethod>().Select(name => name.ToLowerInvariant())];

    /// <summary>Every value of `--rounding`.</summary>
    public static IReadOnlyList<string> Roundings { get; } = [GroupDecision.Nearest, GroupDecision.WeightCorrection, .. LearnedRoundings];

    internal string MethodId => CalibrationMethod.Parse(Method ?? DefaultMethod).Id;

    /// <summary>How roundings are learned; null: they are not.</summary>
    internal ReconstructionMethod? LearnedRounding =>
        LearnedRoundings.Contains(Rounding) ? Enum.Parse<ReconstructionMethod>(Rounding!, ignoreCase: true) : null;

    /// <summary>
    /// The form of weights of 8 bits: as requested, else the one with which a search on this processor starts; int8 if layers compute in
    /// float on codes of fewer bits.
    /// </summary>
    internal GroupFormat Int8Form => Format
        ?? (Math.Min(ActivationBits ?? DefaultBits, FirstLastBits ?? DefaultBits) == DefaultBits
            ? TargetList.Usual.SearchedFormats[0]
            : GroupFormat.Int8);

    /// <summary>
    /// An option that has no effect here; it is reported, not refused, so that one command line serves to compare all roundings.
    /// </summary>
    internal string? Unused(JobOptions options) =>
        Rounding is GroupDecision.Nearest or GroupDecision.WeightCorrection && (options.Iterations is not null || Device is not null)
        ? $"{(options.Iterations is not null ? "--iterations" : "--device")} has no effect with --rounding {Rounding}, which learns nothing"
        : null;

    /// <summary>Checks what can be checked without opening a file.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public void Validate(JobRequest request)
    {
        var (inputs, options) = (request.Inputs, request.Options);
        string? fault = (options with { MaxDrop = options.AcceptedDrop }).Contradiction(); // none is asked for
        Require(fault is null, fault);
        var (_, settled, says) = Settled(options).FirstOrDefault(option => option.IsGiven);
        Require(Plan is null || settled is null, $"--plan was given with {settled}; {says}, so leave {settled} out.");
        Require(
            Plan is null || Calibration is null || inputs.Calibration is null,
            "--calibration and --data were both given; give only one: --calibration FOLDER for the same bytes as the run's, "
            + "or --data SPEC to calibrate anew.");
        Require(
            Plan is null || Calibration is not null || inputs.Calibration is not null,
            "--plan needs what its ranges come from: --calibration FOLDER for the same bytes as the run's, "
            + "or --data SPEC to calibrate anew.");
        Require(
            Plan is not null || Calibration is null, "--calibration was given without --plan; give the plan that lies beside that folder.");
        Require(
            Plan is not null || inputs.Calibration is not null,
            "no calibration images were given; add --data SPEC, or --plan FILE --calibration FOLDER.");
        Require(
            Plan is not null || options.Iterations is null || Rounding is not null,
            "--iterations was given without --rounding, and rounding to nearest learns nothing; add --rounding "
            + $"{string.Join(" or ", LearnedRoundings)}, or leave --iterations out.");
        Require(
            Device is null || Rounding is not null || inputs.Training is not null,
            "--device was given without --rounding, and nothing is learned there; add --rounding "
            + $"{string.Join(" or ", LearnedRoundings)}, or leave --device out.");
        Require(
            CalibrationCache is null || options.AlsoExport is not null,
            "--calibration-cache was given without --also-export, whose file takes its ranges; add that, or leave it out.");
        Require(
            PaddleScales is null || options.AlsoExport is not null,
            "--paddle-scales was given without --also-export, whose file takes its ranges; add that, or leave it out.");
        Require(
            options.AlsoExport?.Contains(ExtraExport.TensorRtStronglyTyped) != true
                || (inputs.Calibration ?? inputs.Evaluation) is not null,
            $"{JobLimits.AlsoExport.Name} {ExtraExport.TensorRtStronglyTyped} was given without samples, on which numbers that float16 "
            + "does not hold are found; add --eval SPEC.");
        Require(
            PaddleScales is null || CalibrationCache is null,
            "--paddle-scales and --calibration-cache were both given, and a tensor has one range; leave one of them out.");
        Require(
            inputs.Evaluation is not null || (options.Metric ?? (object?)options.MetricCommand) is null,
            "--metric or --metric-command was given without --eval, and nothing is measured then; add --eval SPEC.");
        Require(
            inputs.Training is null || Path.GetFullPath(new QuantizeFiles(request.Output).Plan) != Path.GetFullPath(Plan!),
            $"the plan of the output would replace {Plan}, which training begins with; give another output.");
        Require(
            inputs.Training is null || options.Measure.CountsImages() || options.Measure.ComparesWithFloat32(),
            $"--metric is {options.Measure.Word()}, but fine-tuning trains on labels of classes, by which {options.Measure.Word()} says "
            + "nothing; give top1, top5, output-kl or output-sqnr.");
        OutputPlace.RequireNewNetwork(request.Output, inputs.Model, "net.qdq.onnx", request.Fresh);
        Device?.RequireUsable();
    }

    // What a plan settles.
    private (bool IsGiven, string Option, string Says)[] Settled(JobOptions options) =>
    [
        (Method is not null, "--method", "the plan says how each group is calibrated"),
        (!BiasCorrection, "--no-bias-correction", "the plan says which biases are corrected"),
        (WeightBits is not null, "--weight-bits", "the plan says how many bits each group has"),
        (ActivationBits is not null, "--activation-bits", "the plan says how many bits each group has"),
        (FirstLastBits is not null, "--first-last-bits", "the plan says how many bits each group has"),
        (Format is not null, "--format", "the plan says which form weights of 8 bits have"),
        (Rounding is not null, "--rounding", "the plan says how weights were rounded"),
        (options.Equalize == ChannelScaling.On, "--equalize", "the plan's numbers have it already or were made without"),
        (options.Iterations is not null, "--iterations", "the plan's weights are rounded already"),
    ];

    private static void Require(bool condition, string? message)
    {
        if (!condition)
        {
            throw new UsageException(message!);
        }
    }
}
