using Cluster.Kernels;
using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Learning.FineTuning.Loading;

namespace Cluster.Cli.Verbs;

/// <summary>
/// `cluster finetune`: quantization-aware training of a plan's numbers; kept only if the evaluation images show a gain.
/// </summary>
internal static class FineTuneCommand
{
    private static readonly FineTuneOptions Defaults = new();

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var plan = CommonOptions.File("--plan", "PLAN.json", "plan to begin with (winner.plan.json, or q.plan.json of quantize)");
        plan.Required = true;
        var calibration = CommonOptions.File("--calibration", "FOLDER", "calibration folder of the plan (default: the one beside it)");
        var training = CommonOptions.Images(
            "--train", "labelled training images; one in twenty is kept aside to choose the best epoch", required: true);
        var evaluation = CommonOptions.Images(
            "--eval", "labelled images that the plan's file and the trained one are compared on", required: true);
        var metric = JobOptionSymbols.Choice(
            JobLimits.Metric,
            $"what both files are measured by besides top-1, which decides; not rmse, mAP, score or loss: {JobLimits.Metrics}");
        var preprocess = CommonOptions.Preprocess();
        var epochs = NumberOptions.Positive(
            "--epochs", "passes over the training images; about a tenth of what the network was trained with", Defaults.Epochs);
        var rate = new Option<double?>("--lr")
        {
            Description =
                "learning rate after the warm-up (default: adamw 0.0002, from learned roundings 0.00005, with 8 bits everywhere "
                + "0.00002; sgd 0.001, which is 1 % of 0.1)",
            HelpName = "X"
        };
        var optimizer = Word("--optimizer", "adamw or sgd", "adamw", text => Optimizer(text));
        var distill = Number("--distill", "share of the FP32 network's answers in the loss, 0 to 1", Defaults.Distill);
        var temperature = Number(
            "--temperature", "divides the logits to soften the FP32 network's answers", Defaults.Temperature);
        var decay = Number("--weight-decay", "weight decay", Defaults.WeightDecay);
        var clip = Number("--clip-norm", "largest norm of a step's gradients; 0 for any", Defaults.ClipNorm);
        var batch = NumberOptions.Positive("--batch", "images per step", Defaults.BatchSize);
        var flip = new Option<bool>("--flip") { Description = "mirror training images at random, left to right" };
        var shift = Count("--shift", "shift training images at random by up to this many pixels", 0);
        var patience = Count("--patience", "epochs without a better validation loss before training stops; 0 for never", Defaults.Patience);
        var checkpoint = Count(
            "--checkpoint-every", "steps between checkpoints; there is one after every epoch as well", Defaults.CheckpointEvery);
        var memory = CommonOptions.Memory();
        var threads = NumberOptions.Positive(
            "--threads", "threads of training; the trained bytes depend on their number", Environment.ProcessorCount);
        var device = CommonOptions.Device("where it is trained");
        var seed = NumberOptions.Of(JobLimits.Seed);
        var keep = Word(
            "--keep", "the trained file where it is significantly better, or best: where it is better at all, be it by chance",
            "significant", text => Keep(text));
        var given = new GivenOptions();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output("FILE.onnx", "the better file; its plan is written beside it", required: true);
        var force = CommonOptions.Force();
        var command = new Command("finetune", CommandHelp.Describe(
            "Train the numbers of a plan (weights, quantization steps, biases) on labelled images, keeping the plan's precision of every "
            + "group. The trained file replaces the plan's own only if it is better on the evaluation images (--keep). "
            + "Run the same command again to resume an interrupted training.",
            "finetune --model net.onnx --plan OUT/winner.plan.json --train cifar10:train.bin.gz --eval cifar10:test.bin.gz -o tuned.onnx",
            "finetune --model net.onnx --plan q.plan.json --train folder:train,labels=train.csv --eval folder:val,labels=val.csv "
            + "--epochs 4 --lr 0.0001 --distill 0.5 --flip --shift 4 --json -o tuned.onnx"))
        {
            model, plan, calibration, training, evaluation, metric, preprocess, epochs, rate, optimizer, distill,
            temperature, decay, clip, batch, flip, shift, patience, checkpoint, threads, device, memory, seed, keep, json, output, force,
        };
        given.AddTo(command);
        command.Reports(
            json,
            async (parsed, say, cancellation) =>
            {
                var request = new FineTuneRequest
                {
                    Model = parsed.GetValue(model)!,
                    Plan = parsed.GetValue(plan)!,
                    Calibration = parsed.GetValue(calibration),
                    Training = parsed.GetValue(training)!,
                    Evaluation = parsed.GetValue(evaluation)!,
                    Metric = (MetricKind?)parsed.GetValue(metric),
                    Preprocess = parsed.GetValue(preprocess),
                    Given = given.Read(parsed),
                    Threads = parsed.GetValue(threads),
                    Memory = parsed.GetValue(memory),
                    Keep = Keep(parsed.GetValue(keep)!),
                    Output = parsed.GetValue(output)!,
                    Force = parsed.GetValue(force),
                    Options = new FineTuneOptions
                    {
                        Device = parsed.GetValue(device) is { } place ? ComputeDevice.Parse(place) : ComputeDevice.Cpu,
                        Epochs = parsed.GetValue(epochs),
                        BatchSize = parsed.GetValue(batch),
                        LearningRate = parsed.GetValue(rate),
                        Optimizer = Optimizer(parsed.GetValue(optimizer)!),
                        Distill = parsed.GetValue(distill),
                        Temperature = parsed.GetValue(temperature),
                        WeightDecay = parsed.GetValue(decay),
                        ClipNorm = parsed.GetValue(clip),
                        Augmentation = new Augmentation(parsed.GetValue(flip), parsed.GetValue(shift)),
                        Patience = parsed.GetValue(patience),
                        CheckpointEvery = parsed.GetValue(checkpoint),
                        Seed = parsed.GetValue(seed),
                    },
                };
                request.Validate();
                var error = parsed.InvocationConfiguration.Error;
                var progress = new FineTuneProgressView(error, StandardStreams.IsLive(error), request.Options.BatchSize);
                try
                {
                    return await new FineTuneWork(request, progress, say).RunAsync(cancellation);
                }
                finally
                {
                    progress.Clear();
                }
            },
            FineTuneTables.Write,
            static _ => "run the same command again to continue");
        return command;
    }

    private static TrainingOptimizer Optimizer(string word) => word switch
    {
        "sgd" => TrainingOptimizer.Sgd,
        "adamw" => TrainingOptimizer.AdamW,
        _ => throw new KernelException($"'{word}' is not an optimizer; expected sgd or adamw."),
    };

    private static FineTuneKeep Keep(string word) => word switch
    {
        "significant" => FineTuneKeep.Significant,
        "best" => FineTuneKeep.Best,
        _ => throw new KernelException($"'{word}' is not a choice of --keep; expected significant or best."),
    };

    private static Option<string> Word(string name, string description, string fallback, Action<string> parse) => CommonOptions.Checked(
        new Option<string>(name) { Description = description, HelpName = "WORD", DefaultValueFactory = _ => fallback }, parse);

    private static Option<double> Number(string name, string description, double fallback) =>
        new(name) { Description = description, HelpName = "X", DefaultValueFactory = _ => fallback };

    private static Option<int> Count(string name, string description, int fallback) => CommonOptions.Within(
        0,
        int.MaxValue,
        "0 or more",
        new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback });
}
