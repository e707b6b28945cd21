using System.Collections.Frozen;
using System.Globalization;

namespace Cluster.Coordinator.Model.Options;

/// <summary>
/// What users know of a job's options, in the order of the help: one for each property of <see cref="JobOptions"/>, whose value there is
/// its default. Command line, client and server check the same limits.
/// </summary>
public static class JobLimits
{
    /// <summary>The most iterations a block that may be asked for.</summary>
    public const int MostIterations = 100_000;

    /// <summary>The most images per run: memory for a batch is allocated before anything is measured.</summary>
    public const int MostBatch = 4096;

    /// <summary>The most threads of the runtime, more than any supported processor has.</summary>
    public const int MostThreads = 1024;

    /// <summary>What is written behind a loss that is a share of what FP32 has: "1%-of-fp32".</summary>
    public const string OfFloat32 = "-of-fp32";

    /// <summary>The metrics, in the help of every command that has one.</summary>
    public const string Metrics =
        "top1 or top5 (labels), output-kl or output-sqnr (FP32's outputs, no labels), rmse (the array 'targets'), map50 or map50-95 "
        + "(boxes), miou (masks), ctc or ctc-characters (strings), score or loss (what --metric-command prints, higher or lower where "
        + "better) (default: top1, or score with --metric-command)";

    /// <summary>What <see cref="MetricCommand"/> is, in the help of every command that has one.</summary>
    public const string CommandHelp =
        "a command of yours that judges predictions: it gets the path of an .npz file and prints a number, or one for each sample";

    /// <summary>Limit of <see cref="JobOptions.FineTune"/>.</summary>
    public static JobLimit<FineTuneMode> FineTune { get; } = Choice<FineTuneMode>(
        nameof(JobOptions.FineTune), "--fine-tune", JobResults.None, "auto, always or never",
        "train the winner's numbers further and keep the result if it is better: auto (where accuracy was lost), always or never "
        + "(default: auto with --train, else never)",
        "WHEN", "never");

    /// <summary>Limit of <see cref="JobOptions.Epochs"/>.</summary>
    public static JobLimit<int> Epochs { get; } = new(
        nameof(JobOptions.Epochs), "--epochs", JobResults.None, count => count >= 1, "at least 1", string.Empty,
        $"passes of fine-tuning over the training images (default: {JobOptions.UsualEpochs})");

    /// <summary>Limit of <see cref="JobOptions.OriginalEpochs"/>.</summary>
    public static JobLimit<int> OriginalEpochs { get; } = new(
        nameof(JobOptions.OriginalEpochs), "--original-epochs", JobResults.None,
        count => count >= 1, "at least 1", "leave it out where it is unknown",
        "epochs of the training that made the network: --epoch-share of them are fine-tuned");

    /// <summary>Limit of <see cref="JobOptions.EpochShare"/>.</summary>
    public static JobLimit<double> EpochShare { get; } = new(
        nameof(JobOptions.EpochShare), "--epoch-share", JobResults.None, IsPart, "above 0 and at most 100%", "10% is usual",
        "epochs of fine-tuning as a share of --original-epochs (default: 10%)", "PORTION");

    /// <summary>Limit of <see cref="JobOptions.LearningRate"/>.</summary>
    public static JobLimit<double> LearningRate { get; } = new(
        nameof(JobOptions.LearningRate), "--learning-rate", JobResults.FineTune,
        IsAmount, "a number above 0", "0.001 is usual of SGD, 0.0002 of Adam",
        "learning rate of fine-tuning, which is then annealed (default: 1% of --original-rate; else 0.001 for SGD, 0.0002 for Adam, less "
        + "where roundings were learned or all has 8 bits)",
        "RATE");

    /// <summary>Limit of <see cref="JobOptions.OriginalRate"/>.</summary>
    public static JobLimit<double> OriginalRate { get; } = new(
        nameof(JobOptions.OriginalRate), "--original-rate", JobResults.None,
        IsAmount, "a number above 0", "leave it out where it is unknown",
        "first learning rate of the training that made the network: fine-tuning begins with --rate-share of it", "RATE");

    /// <summary>Limit of <see cref="JobOptions.RateShare"/>.</summary>
    public static JobLimit<double> RateShare { get; } = new(
        nameof(JobOptions.RateShare), "--rate-share", JobResults.None, IsPart, "above 0 and at most 100%", "1% is usual",
        "learning rate of fine-tuning as a share of --original-rate (default: 1%)", "PORTION");

    /// <summary>Limit of <see cref="JobOptions.Schedule"/>.</summary>
    public static JobLimit<ScheduleKind> Schedule { get; } = Choice<ScheduleKind>(
        nameof(JobOptions.Schedule), "--schedule", JobResults.FineTune, "constant, exponential, cosine or step",
        "how fine-tuning anneals its learning rate: constant, exponential or cosine (to 1% of it), or step (to a tenth after each third) "
        + "(default: cosine)",
        "NAME", "cosine", MethodNames.Schedules);

    /// <summary>Limit of <see cref="JobOptions.Optimizer"/>.</summary>
    public static JobLimit<OptimizerKind> Optimizer { get; } = Choice<OptimizerKind>(
        nameof(JobOptions.Optimizer), "--optimizer", JobResults.FineTune, "sgd or adam",
        "optimizer of fine-tuning: sgd (Nesterov momentum of 0.9) or adam (with decoupled weight decay) (default: adam)", "NAME", "adam",
        MethodNames.Optimizers);

    /// <summary>Limit of <see cref="JobOptions.FreezeRanges"/>.</summary>
    public static JobLimit<double> FreezeRanges { get; } = new(
        nameof(JobOptions.FreezeRanges), "--freeze-ranges", JobResults.FineTune,
        share => share is >= 0 and <= 1, "from 0 to 100%", "write 50% or 0.5",
        "share of the steps of fine-tuning after which the quantizers' ranges stay fixed and only weights and biases are trained (default: "
        + "they are trained to the end)",
        "PORTION");

    /// <summary>Limit of <see cref="JobOptions.Reconstruct"/>.</summary>
    public static JobLimit<ReconstructionMode> Reconstruct { get; } = Choice<ReconstructionMode>(
        nameof(JobOptions.Reconstruct), "--reconstruct", JobResults.None, "auto, always or never",
        "learn roundings after the search, AdaRound, then BRECQ, then QDrop, and keep what helps: auto (where a faster plan was "
        + "refused for its accuracy, or the winner has lost some), always or never (default: auto)",
        "WHEN", "never");

    /// <summary>Limit of <see cref="JobOptions.Iterations"/>.</summary>
    public static JobLimit<int> Iterations { get; } = new(
        nameof(JobOptions.Iterations), "--iterations", JobResults.None,
        count => count is >= 1 and <= MostIterations, $"1 to {MostIterations}", string.Empty,
        $"learning iterations for each block, or layer, of --reconstruct and --repair, 1 to {MostIterations} "
        + $"(default: {JobOptions.UsualIterations})");

    /// <summary>Limit of <see cref="JobOptions.Metric"/>.</summary>
    public static JobLimit<MetricKind> Metric { get; } = Choice<MetricKind>(
        nameof(JobOptions.Metric), "--metric", JobResults.Judged,
        "top1, top5, output-kl, output-sqnr, rmse, map50, map50-95, miou, ctc, ctc-characters, score or loss",
        $"what plans are judged by: {Metrics}", "NAME", "top1");

    /// <summary>Limit of <see cref="JobOptions.Detections"/>.</summary>
    public static JobLimit<DetectionLayout> Detections { get; } = Choice<DetectionLayout>(
        nameof(JobOptions.Detections), "--detections", JobResults.Judged,
        "yolov8, yolov8rows, yolov5, yolox, ssd, detr, rtdetr, rows, openvino, torchvision, tensorflow or efficientnms",
        "layout of a detector's outputs, for map50 and map50-95: yolov8 (to v11; its transpose: yolov8rows), yolov5 (v7), yolox, ssd, "
        + "detr, rtdetr, rows (NMS inside), openvino, torchvision, tensorflow or efficientnms (default: by their names and shapes)",
        "LAYOUT", "recognised");

    /// <summary>Limit of <see cref="JobOptions.Blank"/>.</summary>
    public static JobLimit<int> Blank { get; } = new(
        nameof(JobOptions.Blank), "--blank", JobResults.Judged, index => index >= -1, "a class from 0, or -1", "give -1 for the last class",
        "the class of the output that is CTC's blank, for ctc and ctc-characters; -1 is the last (default: 0)", "INDEX");

    /// <summary>Limit of <see cref="JobOptions.MetricCommand"/>.</summary>
    public static JobLimit<string> MetricCommand { get; } = new(
        nameof(JobOptions.MetricCommand), "--metric-command", JobResults.None,
        command => !string.IsNullOrWhiteSpace(command), "a command of the shell",
        "\"python3 score.py\" is one",
        $"{CommandHelp}; run only", "CMD");

    /// <summary>Limit of <see cref="JobOptions.MaxDrop"/>; by the metric, see <see cref="JobOptions.DropFault"/>.</summary>
    public static JobLimit<double> MaxDrop { get; } = new(
        nameof(JobOptions.MaxDrop), "--max-drop", JobResults.Reconstruction,
        double.IsFinite, "a finite number", "0.5% is usual of accuracies",
        "largest accepted loss (default: 0.5%; 0.05 nats; 20dB; 1% of RMSE)", "LOSS")
    {
        Properties = [nameof(JobOptions.MaxDrop), nameof(JobOptions.MaxDropIsRelative)],
    };

    /// <summary>Limit of <see cref="JobOptions.Goal"/>.</summary>
    public static JobLimit<SearchGoal> Goal { get; } = Choice<SearchGoal>(
        nameof(JobOptions.Goal), "--goal", JobResults.None, "fastest, front, or accurate with a budget",
        "which plan to look for: fastest (within the accepted loss, and the budgets where there are any), accurate (the most "
        + "accurate within the budgets) or front (all that no other beats) (default: accurate with a budget, else fastest)",
        "GOAL");

    /// <summary>Limit of <see cref="JobOptions.LatencyBudgetMs"/>.</summary>
    public static JobLimit<double> LatencyBudget { get; } = new(
        nameof(JobOptions.LatencyBudgetMs), "--latency-budget", JobResults.None, IsAmount, "a time above 0", "write 2ms or 800us",
        "most time a run of --batch images may take, e.g. 2ms or 800us", "TIME");

    /// <summary>Limit of <see cref="JobOptions.SizeBudgetBytes"/>.</summary>
    public static JobLimit<long> SizeBudget { get; } = new(
        nameof(JobOptions.SizeBudgetBytes), "--size-budget", JobResults.None, bytes => bytes is > 0 and < 1L << 53,
        "a size above 0 and below 9 PB", "write 5MB or 600kB",
        "largest file, e.g. 5MB or 600kB", "SIZE");

    /// <summary>Limit of <see cref="JobOptions.BopsBudget"/>.</summary>
    public static JobLimit<long> BopsBudget { get; } = new(
        nameof(JobOptions.BopsBudget), "--bops-budget", JobResults.None, count => count is > 0 and < 1L << 53,
        "a number above 0 and below 9000T", "write 2.5G or 800M",
        "most bit operations an image (MACs x weight bits x activation bits), e.g. 2.5G", "COUNT");

    /// <summary>Limit of <see cref="JobOptions.KeepFiles"/>.</summary>
    public static JobLimit<KeptFiles> KeepFiles { get; } = Choice<KeptFiles>(
        nameof(JobOptions.KeepFiles), "--keep-files", JobResults.None, "winner or front",
        "whose files to publish: winner, or front (those of every plan of the front and of all groups in INT8, too) (default: winner)",
        "WHOSE", "winner");

    /// <summary>Limit of <see cref="JobOptions.AlsoExport"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> AlsoExport { get; } = new(
        nameof(JobOptions.AlsoExport), "--also-export", JobResults.None,
        AreExports, "tensorrt, tensorrt-strongly-typed or paddle, each at most once",
        "correct the list",
        "write the winner for other runtimes, too: tensorrt (up to version 10), tensorrt-strongly-typed (version 11) and paddle (nothing "
        + "here measures them)",
        "RUNTIME[,RUNTIME...]");

    /// <summary>Limit of <see cref="JobOptions.Confidence"/>.</summary>
    public static JobLimit<double> Confidence { get; } = new(
        nameof(JobOptions.Confidence), "--confidence", JobResults.Reconstruction,
        share => share is > 0.5 and < 1, "a number above 0.5 and below 1", "0.95 is usual",
        "require that the loss is within the bound at this one-sided confidence, e.g. 0.95", "SHARE");

    /// <summary>Limit of <see cref="JobOptions.SampleShare"/>.</summary>
    public static JobLimit<double> SampleShare { get; } = new(
        nameof(JobOptions.SampleShare), "--sample-share", JobResults.None,
        share => share is >= 0 and <= 1, "from 0 to 100%", "write 95% or 0.95",
        "with --metric output-sqnr: the share of samples that keep the bound each by itself, as quiet ones are lost in a sum over all "
        + "(default: 95%)",
        "PORTION");

    /// <summary>Limit of <see cref="JobOptions.Expect"/>.</summary>
    public static JobLimit<double> Expect { get; } = new(
        nameof(JobOptions.Expect), "--expect", JobResults.None,
        share => share is > 0 and <= 1, "above 0 and at most 100%", "write 91.7% or 0.917",
        "FP32's known accuracy: stop before any work where the evaluation images say otherwise, and say which usual mistake explains it",
        "ACCURACY");

    /// <summary>Limit of <see cref="JobOptions.LostChannels"/>.</summary>
    public static JobLimit<ChannelLoss> LostChannels { get; } = Choice<ChannelLoss>(
        nameof(JobOptions.LostChannels), "--lost-channels", JobResults.Accuracy | JobResults.Reconstruction | JobResults.FineTune,
        "refuse or allow",
        "whether a plan may win that loses a whole channel of an output (less than 5 dB and half of its power): refuse, or allow where "
        + "nobody reads such a channel (default: refuse)",
        "WHAT", "refuse");

    /// <summary>Limit of <see cref="JobOptions.Form"/>.</summary>
    public static JobLimit<LayerForm> Form { get; } = Choice<LayerForm>(
        nameof(JobOptions.Form), "--form", JobResults.All & ~JobResults.Repair, "fast or plain",
        "how layers are written: fast, with the channels and operators that ONNX Runtime's kernels on the processor run fastest, bit for "
        + "bit equal; or plain, layer by layer as in the network, for people who edit the file (default: fast)",
        "FORM", "fast");

    /// <summary>Limit of <see cref="JobOptions.Input"/>.</summary>
    public static JobLimit<InputForm> Input { get; } = Choice<InputForm>(
        nameof(JobOptions.Input), "--input", JobResults.Network, "floats, rgba or rgb",
        "what the files of plans take: floats, as the network does; or pixels as decoders give them, uint8 with channels last, rgba (alpha "
        + "255, the faster) or rgb, with the normalization of preprocess.json in the first layer's weights, exact at borders: the "
        + "application changes, and the last screen says how (default: floats)",
        "WHAT", "floats");

    /// <summary>Limit of <see cref="JobOptions.Methods"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Methods { get; } = new(
        nameof(JobOptions.Methods), "--methods", JobResults.None, methods => IsDistinct([.. methods.Select(MethodNames.Calibrator)]),
        "at least one calibrator, each once", "correct the list", "calibrators to try; of equals the first wins", "LIST");

    /// <summary>Limit of <see cref="JobOptions.Calibrators"/>.</summary>
    public static JobLimit<CalibratorScope> Calibrators { get; } = Choice<CalibratorScope>(
        nameof(JobOptions.Calibrators), "--calibrators", JobResults.None, "group or network",
        "choose a calibrator for each group by its divergence on held-back calibration images, or one for the network by labels: "
        + "group or network (default: group)",
        "WHAT", "network");

    /// <summary>Limit of <see cref="JobOptions.KeepFloat32"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> KeepFloat32 { get; } = new(
        nameof(JobOptions.KeepFloat32), "--keep-fp32", JobResults.None,
        ArePatterns, "at least one name or pattern, none of them empty", "correct the list",
        "groups that stay in FP32: names as inspect prints them, patterns with * and ?, comma-separated", "GROUP[,GROUP...]");

    /// <summary>Limit of <see cref="JobOptions.Only"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Only { get; } = new(
        nameof(JobOptions.Only), "--only", JobResults.None,
        ArePatterns, "at least one name or pattern, none of them empty", "correct the list",
        "groups that alone may be quantized, named in the same way; all others stay in FP32", "GROUP[,GROUP...]");

    /// <summary>Limit of <see cref="JobOptions.Formats"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Formats { get; } = new(
        nameof(JobOptions.Formats), "--formats", JobResults.None,
        AreFormats, "different formats besides float32, int8 or int8-safe among them",
        "correct the list",
        "formats that each group may get one of besides FP32: int8, int8-safe (exact on every x86), int8-tensor (one scale a weight), w4a8 "
        + "(weights in 4 bits: smaller, as fast as int8); in ONNX Runtime on processors int8-weights (weights alone, computed in float); "
        + "for MatMul, Gemm and LSTM int8-dynamic (ranges found in each run) and int4-block "
        + "(weights of products in 4 bits, by blocks); where the target has it float16 (default: int8, or "
        + "int8-safe where products of int8 saturate, as on an x86 without VNNI; for a GPU float16, too; w4a8, too, where a budget of size "
        + "or bit operations is below int8)",
        "FORMAT[,FORMAT...]")
    {
        OtherNames = MethodNames.Formats,
    };

    /// <summary>Limit of <see cref="JobOptions.Kinds"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Kinds { get; } = new(
        nameof(JobOptions.Kinds), "--kinds", JobResults.Latency,
        kinds => IsDistinct(kinds) && ArePatterns(kinds), "at least one name, each once",
        "correct the list",
        "kinds of machines to find one plan for, the best where it gains least: instruction sets as doctor says them, or names that silos "
        + "have by --machine-kind",
        "KIND[,KIND...]");

    /// <summary>Limit of <see cref="JobOptions.Set"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Set { get; } = new(
        nameof(JobOptions.Set), "--set", JobResults.None, AreNamed, "an input's name, = and its value", "write NAME=VALUE, as in sr=16000",
        "bind an input to a constant, so that it needs no data and is no input of the written file: one number for all its elements, or "
        + "one for each, separated by commas; once for each input",
        "NAME=VALUE");

    /// <summary>Limit of <see cref="JobOptions.Shape"/>.</summary>
    public static JobLimit<IReadOnlyList<string>> Shape { get; } = new(
        nameof(JobOptions.Shape), "--shape", JobResults.None, AreShapes, "an input's name, = and a size above 0 for each axis",
        "write NAME=SIZE,SIZE,... as in x=1,3,320,320",
        "shape of an input for one sample, where the network leaves sizes free: what it is calibrated, judged and timed at; pictures are "
        + "resized to it, and the file stays free (default: the shape of the data)",
        "NAME=SIZE,SIZE...");

    /// <summary>Limit of <see cref="JobOptions.Equalize"/>.</summary>
    public static JobLimit<ChannelScaling> Equalize { get; } = Choice<ChannelScaling>(
        nameof(JobOptions.Equalize), "--equalize", JobResults.Network, "on or off",
        "scale the channels of neighbouring layers against each other before anything is quantized, which changes no output of FP32: "
        + "on or off (default: off; without a word: on)",
        "HOW", "off");

    /// <summary>Limit of <see cref="JobOptions.Repair"/>.</summary>
    public static JobLimit<RepairMethod> Repair { get; } = Choice<RepairMethod>(
        nameof(JobOptions.Repair), "--repair", JobResults.None, "never, adaround, brecq, qdrop, auto or weight-correction",
        "other roundings of weights, made before plans are tried, for them to choose from group by group: never; adaround, brecq or qdrop "
        + "(learned); auto (these one after the other, while plans that are faster than FP32 are not accurate enough); or "
        + "weight-correction (PaddleSlim's bias_correction: mean and deviation of a channel made those of FP32) (default: never)",
        "HOW", "never", MethodNames.Roundings);

    /// <summary>Limit of <see cref="JobOptions.BudgetEvaluations"/>.</summary>
    public static JobLimit<int> BudgetEvaluations { get; } = new(
        nameof(JobOptions.BudgetEvaluations), "--budget-evals", JobResults.None,
        count => count >= 1, "at least 1", "leave it out for no limit",
        "most accuracy evaluations to spend, by reconstruction and fine-tuning too; the baselines are always made");

    /// <summary>Limit of <see cref="JobOptions.MaxLabels"/>.</summary>
    public static JobLimit<int> MaxLabels { get; } = new(
        nameof(JobOptions.MaxLabels), "--max-labels", JobResults.None, count => count >= 0, "a whole number from 0",
        $"leave it out for {JobOptions.UsualMaxLabels}",
        $"most labels to ask for where the evaluation images have none (default: {JobOptions.UsualMaxLabels}; 0: decide without any)");

    /// <summary>Limit of <see cref="JobOptions.MaxMinutes"/>.</summary>
    public static JobLimit<double> MaxMinutes { get; } = new(
        nameof(JobOptions.MaxMinutes), "--max-minutes", JobResults.None,
        minutes => minutes >= 0 && double.IsFinite(minutes), "a number from 0",
        "leave it out for no limit",
        "time limit in minutes: then the best so far is timed and published; 0 publishes what an interrupted job has");

    /// <summary>Limit of <see cref="JobOptions.Strategy"/>.</summary>
    public static JobLimit<StrategyKind> Strategy { get; } = Choice<StrategyKind>(
        nameof(JobOptions.Strategy), "--strategy", JobResults.None, "greedy, knapsack, anneal or ladder",
        "how to search: greedy (skip what harms most, re-quantize the harmless), knapsack (solve for the plan from one "
        + "sweep and the latency model, measure it, solve again), anneal (simulated annealing over formats and calibrators) or "
        + "ladder (NVIDIA's: the most sensitive groups in FP32 one after the other, then training) (default: knapsack)",
        "NAME", "knapsack");

    /// <summary>Limit of <see cref="JobOptions.Batch"/>.</summary>
    public static JobLimit<int> Batch { get; } = new(
        nameof(JobOptions.Batch), "--batch", JobResults.Timed, count => count is >= 1 and <= MostBatch, $"1 to {MostBatch}", string.Empty,
        "images per run when latency is measured");

    /// <summary>Limit of <see cref="JobOptions.Threads"/>.</summary>
    public static JobLimit<int> Threads { get; } = new(
        nameof(JobOptions.Threads), "--threads", JobResults.Timed,
        count => count is >= 1 and <= MostThreads, $"1 to {MostThreads}", string.Empty,
        "threads of the runtime when latency is measured");

    /// <summary>Limit of <see cref="JobOptions.Seed"/>.</summary>
    public static JobLimit<long> Seed { get; } = new(
        nameof(JobOptions.Seed), "--seed", JobResults.All, seed => seed is >= 0 and < 1L << 53, "0 to 2^53 - 1",
        "choose another, as JSON readers keep no larger number", "seed of every random choice, 0 to 2^53 - 1");

    /// <summary>Limit of <see cref="JobOptions.Target"/>: which there are is each program's to say.</summary>
    public static JobLimit<string> Target { get; } = new(
        nameof(JobOptions.Target), "--target", JobResults.All, _ => true, "a runtime", "choose another",
        "runtime to place and measure for; of several, each gets a job of its own", "NAME[,NAME...]");

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<JobLimit> All { get; } =
        [.. typeof(JobLimits).GetProperties().Select(property => property.GetValue(null)).OfType<JobLimit>()];

    /// <summary>The options of fine-tuning, of no use without it.</summary>
    public static IReadOnlyList<JobLimit> Training { get; } =
        [Epochs, OriginalEpochs, EpochShare, LearningRate, OriginalRate, RateShare, Schedule, Optimizer, FreezeRanges];

    private static JobLimit<T> Choice<T>(
        string option,
        string name,
        JobResults decides,
        string expected,
        string help,
        string word,
        string? usual = null,
        IReadOnlyDictionary<string, string>? others = null)
        where T : struct, Enum => new(option, name, decides, Enum.IsDefined, expected, "choose one of them", help, word, usual)
        {
            OtherNames = others ?? FrozenDictionary<string, string>.Empty,
        };

    private static bool IsAmount(double value) => value > 0 && double.IsFinite(value);

    private static bool IsPart(double share) => share is > 0 and <= 1;

    private static bool ArePatterns(IReadOnlyList<string> patterns) => patterns.Count > 0 && !patterns.Any(string.IsNullOrWhiteSpace);

    private static bool AreFormats(IReadOnlyList<string> formats)
    {
        var known = formats.Select(GroupFormat.TryParse).OfType<GroupFormat>().Where(format => !format.IsBaseline).Distinct();
        return known.Any(format => format.IsInt8) && known.Count() == formats.Count;
    }

    private static bool AreExports(IReadOnlyList<string> words) => IsDistinct(words) && words.All(ExtraExport.All.Contains);

    private static bool AreNamed(IReadOnlyList<string> texts) =>
        texts.Count > 0 && texts.All(text => text.LastIndexOf('=') is > 0 and var at && at < text.Length - 1);

    private static bool AreShapes(IReadOnlyList<string> texts) => AreNamed(texts) && texts.All(text =>
        text[(text.LastIndexOf('=') + 1)..].Split(',')
            .All(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0));

    private static bool IsDistinct(IReadOnlyList<string> methods) =>
        methods.Count > 0 && methods.Distinct(StringComparer.Ordinal).Count() == methods.Count;
}

/// <summary>The plans whose files a job publishes.</summary>
public enum KeptFiles
{
    /// <summary>The winner's.</summary>
    Winner,

    /// <summary>Also those of the front and of the plan with every group in INT8.</summary>
    Front,
}

/// <summary>How the layers of a file for ONNX Runtime's CPU are written.</summary>
public enum LayerForm
{
    /// <summary>In the forms that its kernels run fast, with the same outputs bit for bit.</summary>
    Fast,

    /// <summary>As in the network.</summary>
    Plain,
}

/// <summary>What a file for ONNX Runtime's CPU takes.</summary>
public enum InputForm
{
    /// <summary>As the network does.</summary>
    Floats,

    /// <summary>Pixels: uint8 (N, height, width, 4), red, green, blue and an alpha of 255.</summary>
    Rgba,

    /// <summary>Pixels: uint8 (N, height, width, 3), red, green and blue.</summary>
    Rgb,
}

/// <summary>Whether a plan may win that loses a whole channel of the network's outputs.</summary>
public enum ChannelLoss
{
    /// <summary>The gate refuses it, whatever the metric says.</summary>
    Refuse,

    /// <summary>The metric alone decides: no one reads the channel.</summary>
    Allow,
}
