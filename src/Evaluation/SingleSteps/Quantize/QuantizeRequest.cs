namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>A user's request for `quantize`, as typed.</summary>
public sealed record QuantizeRequest
{
    /// <summary>The default target for placement and measurement, unless a plan names another.</summary>
    public static string Target => TargetList.Usual.Name;

    /// <summary>Default bits of weights and activations.</summary>
    public const int DefaultBits = 8;

    /// <summary>Default iterations per block if weights are learned.</summary>
    public const int DefaultIterations = 2000;

    /// <summary>Path of the FP32 ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>Path of the plan to build; null: every group is quantized with <see cref="Method"/>.</summary>
    public string? Plan { get; init; }

    /// <summary>Folder of the statistics and corrections that <see cref="Plan"/> was built from.</summary>
    public string? Calibration { get; init; }

    /// <summary>Calibrator of every group; null with a plan.</summary>
    public string? Method { get; init; }

    /// <summary>Bytes that the process should stay below; null: half of the machine's.</summary>
    public long? Memory { get; init; }

    /// <summary>Calibration images.</summary>
    public string? Data { get; init; }

    /// <summary>
    /// Whether biases are corrected for the mean error of the rounded weights; a plan decides for itself.
    /// </summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>Bits of weights; null: as a plan says, or <see cref="DefaultBits"/>.</summary>
    public int? WeightBits { get; init; }

    /// <summary>Bits of activations; null: as a plan says, or <see cref="DefaultBits"/>.</summary>
    public int? ActivationBits { get; init; }

    /// <summary>
    /// Bits of weights and activations of the first and the last group with weights; null: as a plan says, or
    /// <see cref="DefaultBits"/>.
    /// </summary>
    public int? FirstLastBits { get; init; }

    /// <summary>
    /// Form of weights of 8 bits, int8 or int8-safe; or a format that ONNX Runtime's own operators compute in, for the layers that it has
    /// them for, others being in the usual INT8. Null: <see cref="Int8Form"/> of this processor, or as a plan says.
    /// </summary>
    public GroupFormat? Format { get; init; }

    /// <summary>How weights are rounded; null: as a plan says, or to nearest.</summary>
    public string? Rounding { get; init; }

    /// <summary>Iterations per block if weights are learned, per layer for AdaRound; null: <see cref="DefaultIterations"/>.</summary>
    public int? Iterations { get; init; }

    /// <summary>Type of weights of 4 bits or fewer in the file.</summary>
    public CodeStorage Storage { get; init; }

    /// <summary>Whether the channels of neighbouring layers are equalized first.</summary>
    public bool Equalize { get; init; }

    /// <summary>Data spec of labelled images to measure the file on; null: nothing is measured.</summary>
    public string? Evaluation { get; init; }

    /// <summary>The metric for the file; null: top-1, or the numbers of <see cref="MetricCommand"/>, as scores.</summary>
    public MetricKind? Metric { get; init; }

    /// <summary>A user's command that judges predictions; null: none.</summary>
    public string? MetricCommand { get; init; }

    /// <summary>The layout of a detector's outputs; null: recognised.</summary>
    public DetectionLayout? Detections { get; init; }

    /// <summary>The class of CTC's blank; null: 0.</summary>
    public int? Blank { get; init; }

    /// <summary>How the file is measured, as a job's options say it.</summary>
    internal JobOptions Judging =>
        new() { Metric = Metric, MetricCommand = MetricCommand, Detections = Detections, Blank = Blank };

    /// <summary>The metric for the file.</summary>
    public MetricKind Measure => Judging.Measure;

    /// <summary>The device for learning roundings; null for the processor.</summary>
    public ComputeDevice? Device { get; init; }

    /// <summary>The sizes of what the model leaves free.</summary>
    internal FreeInputs Sizes => new(Data ?? Evaluation, DataAccess.Anywhere, Preprocess)
    {
        Given = Given,
        Others = [(Evaluation, DataAccess.Anywhere)],
    };

    /// <summary>What the user says of the inputs.</summary>
    public GivenInputs Given { get; init; } = GivenInputs.None;

    /// <summary>Path of the preprocessing; null: the one next to the model.</summary>
    public string? Preprocess { get; init; }

    /// <summary>Images per run when latency is measured.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Threads of the runtime when latency is measured.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Seed of every random choice, 0 to 2^53 - 1.</summary>
    public long Seed { get; init; }

    /// <summary>Path of the ONNX file to write.</summary>
    public required string Output { get; init; }

    /// <summary>An additional form to write the file in; null: none.</summary>
    public ExtraExport? AlsoExport { get; init; }

    /// <summary>Path of a TensorRT calibration cache, whose ranges <see cref="AlsoExport"/> uses.</summary>
    public string? CalibrationCache { get; init; }

    /// <summary>Path of a list of PaddleSlim's operators, whose ranges <see cref="AlsoExport"/> uses.</summary>
    public string? PaddleScales { get; init; }

    /// <summary>Whether an existing output is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Groups that stay in FP32, by name, index or pattern.</summary>
    public IReadOnlyList<string> KeepFloat32 { get; init; } = [];

    /// <summary>Roundings that are learned from the calibration images.</summary>
    public static IReadOnlyList<string> LearnedRoundings { get; } =
        [.. Enum.GetNames<ReconstructionMethod>().Select(name => name.ToLowerInvariant())];

    /// <summary>Every value of `--rounding`.</summary>
    public static IReadOnlyList<string> Roundings { get; } = [GroupDecision.Nearest, .. LearnedRoundings];

    /// <summary>How roundings are learned; null: they are not.</summary>
    internal ReconstructionMethod? LearnedRounding =>
        LearnedRoundings.Contains(Rounding) ? Enum.Parse<ReconstructionMethod>(Rounding!, ignoreCase: true) : null;

    /// <summary>
    /// An option that has no effect here; it is reported, not refused, so that one command line serves to compare all roundings.
    /// </summary>
    public string? Unused => Rounding == GroupDecision.Nearest && (Iterations is not null || Device is not null)
        ? $"{(Iterations is not null ? "--iterations" : "--device")} has no effect with --rounding {Rounding}, which learns nothing"
        : null;

    /// <summary>
    /// The form of weights of 8 bits: as requested, else the one with which a search on this processor starts; int8 if layers compute in
    /// float on codes of fewer bits.
    /// </summary>
    internal GroupFormat Int8Form => Format
        ?? (Math.Min(ActivationBits ?? DefaultBits, FirstLastBits ?? DefaultBits) == DefaultBits
            ? TargetList.Usual.SearchedFormats[0]
            : GroupFormat.Int8);

    /// <summary>Checks what can be checked without opening a file.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public void Validate()
    {
        Require(Judging.LayoutFault() is null, Judging.LayoutFault()!);
        var (_, settled, says) = Settled.FirstOrDefault(option => option.IsGiven);
        Require(Plan is null || settled is null, $"--plan was given with {settled}; {says}, so leave {settled} out.");
        Require(
            Plan is null || Calibration is null || Data is null,
            "--calibration and --data were both given; give only one: --calibration FOLDER for the same bytes as the run's, "
            + "or --data SPEC to calibrate anew.");
        Require(
            Plan is null || Calibration is not null || Data is not null,
            "--plan needs what its ranges come from: --calibration FOLDER for the same bytes as the run's, "
            + "or --data SPEC to calibrate anew.");
        Require(
            Plan is not null || Calibration is null, "--calibration was given without --plan; give the plan that lies beside that folder.");
        Require(
            Plan is not null || Data is not null,
            "no calibration images were given; add --data SPEC, or --plan FILE --calibration FOLDER.");
        Require(
            Plan is not null || Iterations is null || Rounding is not null,
            "--iterations was given without --rounding, and rounding to nearest learns nothing; add --rounding "
            + $"{string.Join(" or ", LearnedRoundings)}, or leave --iterations out.");
        Require(
            Device is null || Rounding is not null,
            "--device was given without --rounding, and nothing is learned there; add --rounding "
            + $"{string.Join(" or ", LearnedRoundings)}, or leave --device out.");
        Require(
            CalibrationCache is null || AlsoExport is not null,
            "--calibration-cache was given without --also-export tensorrt, whose file takes its ranges; add that, or leave it out.");
        Require(
            PaddleScales is null || AlsoExport is not null,
            "--paddle-scales was given without --also-export, whose file takes its ranges; add that, or leave it out.");
        Require(
            PaddleScales is null || CalibrationCache is null,
            "--paddle-scales and --calibration-cache were both given, and a tensor has one range; leave one of them out.");
        Require(
            Evaluation is not null || (Metric is null && MetricCommand is null),
            "--metric or --metric-command was given without --eval, and nothing is measured then; add --eval SPEC.");
        Require(
            Metric is not { } asked || asked.IsCommand() == (MetricCommand is not null),
            MetricCommand is null
                ? $"--metric {Metric?.Word()} is what a command of yours prints; add --metric-command CMD."
                : $"--metric-command was given with --metric {Metric?.Word()}; leave one of them out, or say --metric score or loss.");
        OutputPlace.RequireNewNetwork(Output, Model, "net.qdq.onnx", Force);
        Device?.RequireUsable();
    }

    // What a plan settles.
    private (bool IsGiven, string Option, string Says)[] Settled =>
    [
        (Method is not null, "--method", "the plan says how each group is calibrated"),
        (!BiasCorrection, "--no-bias-correction", "the plan says which biases are corrected"),
        (WeightBits is not null, "--weight-bits", "the plan says how many bits each group has"),
        (ActivationBits is not null, "--activation-bits", "the plan says how many bits each group has"),
        (FirstLastBits is not null, "--first-last-bits", "the plan says how many bits each group has"),
        (Format is not null, "--format", "the plan says which form weights of 8 bits have"),
        (Rounding is not null, "--rounding", "the plan says how weights were rounded"),
        (Equalize, "--equalize", "the plan's numbers have it already or were made without"),
        (Iterations is not null, "--iterations", "the plan's weights are rounded already"),
    ];

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new UsageException(message);
        }
    }
}
