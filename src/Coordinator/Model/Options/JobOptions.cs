namespace Cluster.Coordinator.Model.Options;

/// <summary>
/// A user's choices for a job, the same on the command line, on the wire and in a journal. The values here are the defaults. Null leaves a
/// choice open: <see cref="Decided"/> resolves it.
/// </summary>
public sealed record JobOptions
{
    /// <summary>Default passes of a fine-tuning: <see cref="UsualEpochShare"/> of an original training of 100 epochs.</summary>
    public const int UsualEpochs = 10;

    /// <summary>
    /// Default share of the original training's epochs: a tenth, as Vitis AI's and NVIDIA's texts advise (docs/reproductions/coverage.md).
    /// </summary>
    public const double UsualEpochShare = 0.1;

    /// <summary>
    /// Default share of the original training's first learning rate: 1 %, then annealed, as Vitis AI's text advises after PyTorch's.
    /// </summary>
    public const double UsualRateShare = 0.01;

    /// <summary>Iterations a block, a layer for AdaRound, where nothing else is asked for: a cheap reconstruction, as PPQ has it.</summary>
    public const int UsualIterations = 500;

    /// <summary>Labels that a job without labelled images may ask for.</summary>
    public const int UsualMaxLabels = 400;

    /// <summary>The share of samples that are to keep what is asked of all of them.</summary>
    public const double UsualSampleShare = 0.95;

    /// <summary>The runtime that candidates are placed and measured for.</summary>
    public string Target { get; init; } = "onnxruntime-cpu";

    /// <summary>Calibrators to try, each once, in order of preference among equals.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["max", "percentile:99.99", "kl", "mse"];

    /// <summary>The same by their names here, as plans have them: see <see cref="MethodNames"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> CanonicalMethods => [.. Methods.Select(MethodNames.Calibrator)];

    /// <summary>The scope of a calibrator; null: <see cref="CalibratorScope.Network"/>.</summary>
    public CalibratorScope? Calibrators { get; init; }

    /// <summary>Patterns of the names of groups that stay in FP32 (* stands for any characters, ? for one), or null.</summary>
    public IReadOnlyList<string>? KeepFloat32 { get; init; }

    /// <summary>Patterns of the names of the only groups that may be quantized, or null: all may be.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>
    /// The formats that groups may get besides FP32, as <see cref="GroupFormat.Text"/> writes them; they must include INT8, the baseline of
    /// every comparison; null: INT8 only. The target decides which of them it supports.
    /// </summary>
    public IReadOnlyList<string>? Formats { get; init; }

    /// <summary>
    /// The kinds of machines that one plan is for, each once: plans are timed on all of them, and the speed of a plan is that on the kind
    /// where it gains least. Null: the one kind where the job runs.
    /// </summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>Inputs that are bound to constants, NAME=VALUE each; null: none.</summary>
    public IReadOnlyList<string>? Set { get; init; }

    /// <summary>
    /// Shapes of one sample of inputs whose sizes the network leaves free, NAME=SIZE,SIZE,… each; null: those of the data.
    /// </summary>
    public IReadOnlyList<string>? Shape { get; init; }

    /// <summary>The metric for plans; null: <see cref="MetricKind.Top1"/>, which no job writes.</summary>
    public MetricKind? Metric { get; init; }

    /// <summary>The effective metric.</summary>
    [JsonIgnore]
    public MetricKind Measure => Metric ?? (MetricCommand is null ? MetricKind.Top1 : MetricKind.Score);

    /// <summary>The layout of a detector's outputs; null: recognised by their names and shapes.</summary>
    public DetectionLayout? Detections { get; init; }

    /// <summary>The class of CTC's blank, 0 and up, or -1 for the last; null: 0.</summary>
    public int? Blank { get; init; }

    /// <summary>A shell command that judges predictions, for <see cref="MetricKindExtensions.IsCommand"/>; null otherwise.</summary>
    public string? MetricCommand { get; init; }

    /// <summary>
    /// The largest accepted loss in the unit of <see cref="Measure"/>: a fraction of images or of precision (0.005 is half a point), nats
    /// of KL, decibels that the outputs stay above the noise, a share of FP32's RMSE, or the unit of a command's numbers. Null: what is
    /// usual, see <see cref="AcceptedDrop"/>.
    /// </summary>
    public double? MaxDrop { get; init; }

    /// <summary>Whether <see cref="MaxDrop"/> is a share of what FP32 has: 0.01 of 60 % is 0.6 points. Null: it is not.</summary>
    public bool? MaxDropIsRelative { get; init; }

    /// <summary>The largest accepted loss, in the unit of the metric.</summary>
    [JsonIgnore]
    public double AcceptedDrop => MaxDrop ?? Measure switch
    {
        MetricKind.OutputKl => 0.05,
        MetricKind.OutputSqnr => 20,
        MetricKind.Rmse => 0.01,
        MetricKind.Score or MetricKind.Loss => 0,
        _ => 0.005,
    };

    /// <summary>The goal of the search; null: see <see cref="Aim"/>.</summary>
    public SearchGoal? Goal { get; init; }

    /// <summary>The most milliseconds for a run of <see cref="Batch"/> images, above 0; null: any.</summary>
    public double? LatencyBudgetMs { get; init; }

    /// <summary>The most bytes of the file, above 0; null: any.</summary>
    public long? SizeBudgetBytes { get; init; }

    /// <summary>The most bit operations per image (MACs · weight bits · activation bits), above 0; null: any.</summary>
    public long? BopsBudget { get; init; }

    /// <summary>The plans whose files are published; null: <see cref="KeptFiles.Winner"/>.</summary>
    public KeptFiles? KeepFiles { get; init; }

    /// <summary>
    /// Additional forms of the winner's files besides <see cref="Target"/>, each once, of <see cref="ExtraExport.All"/>; null: none. They
    /// do not affect the search.
    /// </summary>
    public IReadOnlyList<string>? AlsoExport { get; init; }

    /// <summary>The effective goal: with budgets and no explicit goal the most accurate plan, else the fastest.</summary>
    [JsonIgnore]
    public SearchGoal Aim => Goal ?? (Budgets == 0 ? SearchGoal.Fastest : SearchGoal.Accurate);

    /// <summary>Number of budgets.</summary>
    [JsonIgnore]
    public int Budgets => (LatencyBudgetMs is null ? 0 : 1) + (SizeBudgetBytes is null ? 0 : 1) + (BopsBudget is null ? 0 : 1);

    /// <summary>The largest accepted drop on the metric's scale, given FP32's <see cref="Work.AccuracyResult.Level"/>.</summary>
    public double Bound(double float32) => Measure switch
    {
        MetricKind.OutputSqnr => Math.Pow(10, -AcceptedDrop / 10),

        // Of squared errors: an RMSE of (1 + r) that of FP32.
        MetricKind.Rmse => float32 * (Math.Pow(1 + AcceptedDrop, 2) - 1),
        _ when MaxDropIsRelative == true => AcceptedDrop * (Measure.IsMissingShare() ? 1 - float32 : float32),
        _ => AcceptedDrop,
    };

    /// <summary>What is wrong with the bound, by the unit that the metric has; null: nothing.</summary>
    public JobOptionFault? DropFault()
    {
        var (isWithin, expected, advice) = Measure switch
        {
            _ when MaxDropIsRelative == true && !Measure.IsShare() =>
                (false, $"a bound of {Measure.Word()}, which has no share of FP32's", "give it in the metric's own unit"),
            MetricKind.OutputKl => (AcceptedDrop >= 0, "a number of nats from 0", "0.05 is usual"),
            MetricKind.OutputSqnr => (AcceptedDrop is >= -100 and <= 200, "a number of decibels from -100 to 200", "20dB is usual"),
            MetricKind.Rmse => (AcceptedDrop is >= 0 and <= 100, "a share of FP32's RMSE from 0", "1% is usual"),
            MetricKind.Score or MetricKind.Loss => (AcceptedDrop >= 0, "a number from 0", "it is in the unit of the command's own numbers"),
            _ => (AcceptedDrop is >= 0 and < 1, "a fraction from 0 to below 1", "write 1% for one point"),
        };
        return isWithin ? null : new JobOptionFault(
            nameof(MaxDrop), JobLimits.MaxDrop.Name, AcceptedDrop.ToString(), expected, advice);
    }

    /// <summary>What is wrong with the options, in a sentence; null: nothing.</summary>
    public string? Fault() => Validate() is [var fault, ..] ? fault.Sentence() : Contradiction();

    /// <summary>A sentence if options contradict each other; else null.</summary>
    public string? Contradiction() => CommandFault() ?? LayoutFault() ?? TrainingFault() ?? ExportFault() ?? (Kinds is null ? null
        : LatencyBudgetMs is not null
            ? $"{JobLimits.LatencyBudget.Name} is a time on one kind of machine, and {JobLimits.Kinds.Name} names several: leave one out."
        : FineTune is not (null or FineTuneMode.Never) || Reconstruct == ReconstructionMode.Always
            ? $"What is learned after the search is timed on one machine only, and {JobLimits.Kinds.Name} asks for several: leave --train, "
            + $"{JobLimits.FineTune.Name} and {JobLimits.Reconstruct.Name} out; {JobLimits.Repair.Name} learns before the search."
        : Formats is null || Formats.Any(format => GroupFormat.TryParse(format)?.MaySaturate == true)
            ? $"int8 answers otherwise on processors without VNNI, and {JobLimits.Kinds.Name} asks for one file: give "
            + $"{JobLimits.Formats.Name} {GroupFormat.Int8Safe.Text}, which is exact on every x86."
        : null);

    /// <summary>A sentence if what is said of the training contradicts itself; else null.</summary>
    public string? TrainingFault() =>
        Beside(JobLimits.Epochs, JobLimits.OriginalEpochs) ?? Beside(JobLimits.Epochs, JobLimits.EpochShare)
        ?? Beside(JobLimits.LearningRate, JobLimits.OriginalRate) ?? Beside(JobLimits.LearningRate, JobLimits.RateShare)
        ?? Without(JobLimits.EpochShare, JobLimits.OriginalEpochs, "the epochs of the training that made the network")
        ?? Without(JobLimits.RateShare, JobLimits.OriginalRate, "the first learning rate of the training that made the network");

    private string? Beside(JobLimit one, JobLimit other) => one.In(this) is null || other.In(this) is null ? null
        : $"{one.Name} is {one.WordIn(this)} and {other.Name} is {other.WordIn(this)}, which both say the same: leave one of them out.";

    private string? Without(JobLimit share, JobLimit whole, string what) => share.In(this) is null || whole.In(this) is not null ? null
        : $"{share.Name} is {share.WordIn(this)} of nothing: give {whole.Name}, {what}.";

    /// <summary>A sentence if a layout of outputs is given that the metric does not read; else null.</summary>
    public string? LayoutFault() => Detections is not null && !Measure.IsDetection()
        ? $"{JobLimits.Detections.Name} is given where plans are judged by {Measure.Word()}, which reads no boxes: leave it out, or give "
            + $"{JobLimits.Metric.Name} {MetricKind.Map50.Word()}."
        : Blank is not null && !Measure.ReadsStrings()
            ? $"{JobLimits.Blank.Name} is given where plans are judged by {Measure.Word()}, which reads no strings: leave it out, or give "
                + $"{JobLimits.Metric.Name} {MetricKind.Ctc.Word()}."
        : null;

    /// <summary>A sentence if files are asked for that cannot take what is said; else null.</summary>
    public string? ExportFault() => Channels is not null && AlsoExport is { Count: > 0 }
        ? $"{JobLimits.Input.Name} is {JobLimits.Input.WordIn(this)}, and files for other runtimes ({JobLimits.AlsoExport.Name} "
            + $"{JobLimits.AlsoExport.WordIn(this)}) take floats: leave one of them out."
        : null;

    /// <summary>A sentence if a judging command and its metric contradict each other; else null.</summary>
    public string? CommandFault() => (MetricCommand is not null, Measure.IsCommand()) switch
    {
        (true, false) =>
            $"{JobLimits.MetricCommand.Name} is given where plans are judged by {Measure.Word()}: leave one of them out, or say "
            + $"{JobLimits.Metric.Name} {MetricKind.Score.Word()} (higher is better) or {MetricKind.Loss.Word()} (lower is better).",
        (false, true) =>
            $"{JobLimits.Metric.Name} {Measure.Word()} is what a command of yours prints: give {JobLimits.MetricCommand.Name}.",
        (true, true) when MaxDrop is null && Aim != SearchGoal.Accurate =>
            $"{JobLimits.MetricCommand.Name} has no bound: give {JobLimits.MaxDrop.Name}, by how much its {Measure.Word()} may "
            + "become worse, in its own unit.",
        _ => null,
    };

    /// <summary>
    /// Null: an estimate of the drop decides. Otherwise, in (0.5, 1), its one-sided upper bound at this confidence does.
    /// </summary>
    public double? Confidence { get; init; }

    /// <summary>
    /// Of output-sqnr: the share of samples, 0 to 1, that are to keep the bound each by itself, as loud samples hide what quiet ones lose.
    /// Null: <see cref="UsualSampleShare"/>.
    /// </summary>
    public double? SampleShare { get; init; }

    /// <summary>The share of samples that are to keep the bound each by itself; null: of this metric none is asked.</summary>
    [JsonIgnore]
    public double? AskedSampleShare => Measure == MetricKind.OutputSqnr ? SampleShare ?? UsualSampleShare : null;

    /// <summary>
    /// FP32's known accuracy, above 0 and up to 1: the job is refused where the evaluation images say otherwise. Null: unknown. Not part of
    /// the job's identity.
    /// </summary>
    public double? Expect { get; init; }

    /// <summary>
    /// What to do where the evaluation data are proved to be wrong; null: <see cref="DoubtfulData.Stop"/>, which no job writes. Not part of
    /// the job's identity.
    /// </summary>
    public DoubtfulData? Doubts { get; init; }

    /// <summary>
    /// Whether a plan may win that loses a whole channel of an output; null: <see cref="ChannelLoss.Refuse"/>, which no job writes.
    /// </summary>
    public ChannelLoss? LostChannels { get; init; }

    /// <summary>
    /// How the layers of files for ONNX Runtime's CPU are written; null: <see cref="LayerForm.Fast"/>, which no job writes.
    /// </summary>
    public LayerForm? Form { get; init; }

    /// <summary>What files for ONNX Runtime's CPU take; null: <see cref="InputForm.Floats"/>, which no job writes.</summary>
    public InputForm? Input { get; init; }

    /// <summary>The channels of the pixels that files take, "RGBA" or "RGB"; null: floats.</summary>
    [JsonIgnore]
    public string? Channels => Input is InputForm.Rgba or InputForm.Rgb ? Input.ToString()!.ToUpperInvariant() : null;

    /// <summary>
    /// The most accuracy evaluations, including those after the search (baselines are always made), or null for no limit.
    /// </summary>
    public int? BudgetEvaluations { get; init; }

    /// <summary>
    /// The most labels that a job may ask for whose evaluation images have none, 0 and up; null: <see cref="UsualMaxLabels"/>. A plan that
    /// would take more is judged without them: it must be accurate enough if it is wrong wherever it answers otherwise than FP32.
    /// </summary>
    public int? MaxLabels { get; init; }

    /// <summary>
    /// The most minutes to work on the job, 0 and up, after which the best so far is published; null: no limit. Not part of the job's
    /// identity: requested again with other minutes it is the same job.
    /// </summary>
    public double? MaxMinutes { get; init; }

    /// <summary>The search strategy; null: <see cref="StrategyKind.Knapsack"/>.</summary>
    public StrategyKind? Strategy { get; init; }

    /// <summary>
    /// Whether channels are scaled across layers before anything is quantized; null: <see cref="ChannelScaling.Off"/>, which no job writes.
    /// </summary>
    public ChannelScaling? Equalize { get; init; }

    /// <summary>
    /// Whether roundings are learned before the exploration, for plans to choose from; null: <see cref="RepairMethod.Never"/>, which no job
    /// writes.
    /// </summary>
    public RepairMethod? Repair { get; init; }

    /// <summary>Images per run when latency is measured.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Threads of the runtime when latency is measured.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The seed from which every other seed is derived; 0 to 2^53 − 1, as JSON readers keep no more.</summary>
    public long Seed { get; init; }

    /// <summary>When the winner is fine-tuned; null: automatic where there are training images, else never.</summary>
    public FineTuneMode? FineTune { get; init; }

    /// <summary>Passes of the fine-tuning over the training images, at least 1; null: <see cref="UsualEpochs"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// Epochs of the training that made the network, at least 1: <see cref="EpochShare"/> of them are fine-tuned. Null: unknown.
    /// </summary>
    public int? OriginalEpochs { get; init; }

    /// <summary>
    /// Epochs of the fine-tuning as a share of <see cref="OriginalEpochs"/>, above 0 and up to 1; null: <see cref="UsualEpochShare"/>.
    /// </summary>
    public double? EpochShare { get; init; }

    /// <summary>
    /// Learning rate of the fine-tuning after its warm-up, above 0; null: a share of <see cref="OriginalRate"/>, else the optimizer's own.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// First learning rate of the training that made the network, above 0: <see cref="RateShare"/> of it is taken. Null: unknown.
    /// </summary>
    public double? OriginalRate { get; init; }

    /// <summary>
    /// Learning rate of the fine-tuning as a share of <see cref="OriginalRate"/>, above 0 and up to 1; null: <see cref="UsualRateShare"/>.
    /// </summary>
    public double? RateShare { get; init; }

    /// <summary>
    /// How the learning rate is annealed; null: <see cref="ScheduleKind.Cosine"/>, one of the three of Vitis AI's text, and LSQ's own.
    /// </summary>
    public ScheduleKind? Schedule { get; init; }

    /// <summary>
    /// The optimizer; null: <see cref="OptimizerKind.Adam"/> (docs/benchmarks/qat.md compares both), or
    /// <see cref="OptimizerKind.Sgd"/> for a network that is hardly better than chance, of which only labels can be learned.
    /// </summary>
    public OptimizerKind? Optimizer { get; init; }

    /// <summary>
    /// The share of the steps after which the quantizers' ranges stay fixed, 0 to 1; null: they are learned to the end, as LSQ does.
    /// </summary>
    public double? FreezeRanges { get; init; }

    /// <summary>When roundings are learned after the search; null: automatic.</summary>
    public ReconstructionMode? Reconstruct { get; init; }

    /// <summary>
    /// Iterations of learning roundings, a block or a layer, after the search and before it (<see cref="Repair"/>): 1 to
    /// <see cref="JobLimits.MostIterations"/>; null: <see cref="UsualIterations"/>.
    /// </summary>
    public int? Iterations { get; init; }

    /// <summary>
    /// The same with nothing left open, as in a new job: modes are set; passes and iterations are set exactly for the steps that may be
    /// taken.
    /// </summary>
    /// <param name="hasTrainingImages">Whether the job has images to fine-tune on; without them, automatic is never.</param>
    public JobOptions Decided(bool hasTrainingImages)
    {
        var fineTune = FineTune is null or FineTuneMode.Auto ? hasTrainingImages ? FineTuneMode.Auto : FineTuneMode.Never : FineTune;
        var reconstruct = Reconstruct ?? ReconstructionMode.Auto;
        var repair = Repair == RepairMethod.Never ? null : Repair;
        return (fineTune == FineTuneMode.Never ? WithoutTraining() : WithTraining()) with
        {
            Calibrators = Calibrators ?? CalibratorScope.Group,
            Metric = Measure == MetricKind.Top1 ? null : Measure,
            Blank = Blank == 0 ? null : Blank,
            MaxDrop = Measure.IsCommand() ? MaxDrop : AcceptedDrop,
            MaxDropIsRelative = MaxDropIsRelative == true ? true : null,
            Formats = Formats is [var only] && GroupFormat.TryParse(only) == GroupFormat.Int8 ? null : Formats,
            Equalize = Equalize == ChannelScaling.Off ? null : Equalize,
            Doubts = Doubts == DoubtfulData.Stop ? null : Doubts,
            LostChannels = LostChannels == ChannelLoss.Refuse ? null : LostChannels,
            Form = Form == LayerForm.Fast ? null : Form,
            Input = Input == InputForm.Floats ? null : Input,
            Repair = repair,
            FineTune = fineTune,
            Reconstruct = reconstruct,
            Iterations = reconstruct == ReconstructionMode.Never && repair is null ? null : Iterations ?? UsualIterations,
        };
    }

    /// <summary>
    /// The same with the epochs and the rate that the shares of the original training give: a tenth of 90 epochs is 9, of 5 epochs 1.
    /// </summary>
    public JobOptions WithTraining() => this with
    {
        Epochs = Epochs ?? (OriginalEpochs is { } epochs
            ? (int)Math.Max(1, Math.Round(epochs * (EpochShare ?? UsualEpochShare), MidpointRounding.AwayFromZero))
            : UsualEpochs),
        OriginalEpochs = null,
        EpochShare = null,
        LearningRate = LearningRate ?? (OriginalRate * (RateShare ?? UsualRateShare)),
        OriginalRate = null,
        RateShare = null,
    };

    private JobOptions WithoutTraining() =>
        JobLimits.Training.Aggregate(this, (options, limit) => limit.In(options) is null ? options : limit.With(options, null));

    /// <summary>The same for a job that proves the winner of this one: its bounds and its runtime, without search or learning.</summary>
    public JobOptions ToProve() => WithoutTraining() with
    {
        Kinds = null,
        KeepFiles = null,
        AlsoExport = null,
        Expect = null,
        BudgetEvaluations = null,
        MaxLabels = 0,
        MaxMinutes = null,
        Repair = null,
        FineTune = FineTuneMode.Never,
        Reconstruct = ReconstructionMode.Never,
        Iterations = null,
    };

    /// <summary>What is out of its limits, empty where everything is fine.</summary>
    public IReadOnlyList<JobOptionFault> Validate()
    {
        var faults = JobLimits.All.Select(limit => limit.FaultIn(this));
        var noBudget = Goal is SearchGoal.Accurate && Budgets == 0 ? JobLimits.Goal.Fault("accurate without a budget") : null;
        return [.. faults.Append(noBudget).Append(DropFault()).OfType<JobOptionFault>().DistinctBy(fault => fault.Option)];
    }
}
