using System.CommandLine.Parsing;
using Cluster.Kernels.Export;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster quantize`: one plan, made into a file and measured; no search.</summary>
internal static class QuantizeCommand
{
    private const string DefaultMethod = "mse";

    private static readonly Dictionary<string, CodeStorage> Storages = new(StringComparer.Ordinal)
    {
        ["int8"] = CodeStorage.Bytes,
        ["int4"] = CodeStorage.Nibbles,
    };

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var plan = CommonOptions.File("--plan", "PLAN.json", "plan of an earlier run (winner.plan.json): the same bytes are built again");
        var calibration = CommonOptions.File("--calibration", "FOLDER", "calibration folder that belongs to the plan (OUT/calibration)");
        var method = CommonOptions.Method($"calibrator of every group where no plan is given (default: {DefaultMethod})");
        var data = CommonOptions.Data(required: false);
        var noBiasCorrection = new Option<bool>("--no-bias-correction") { Description = "leave biases as they are; with --method" };
        var weightBits = CommonOptions.Bits("--weight-bits", "bits of weights");
        var activationBits = CommonOptions.Bits("--activation-bits", "bits of activations");
        var firstLastBits = CommonOptions.Bits("--first-last-bits", "bits of weights and activations of the first and the last layer");
        var format = FormatOption();
        var rounding = RoundingOption();
        var iterations = NumberOptions.Positive(new Option<int?>("--iterations")
        {
            Description =
                $"learning iterations for each block; for adaround, each layer (default: {QuantizeRequest.DefaultIterations})",
            HelpName = "N",
        });
        var device = CommonOptions.Device("where roundings are learned");
        var storage = CommonOptions.Choice(
            "--weight-storage",
            "type of weights of 4 bits or fewer in the file: int8 for any runtime, int4 (opset 21) for half the size (default: int8)",
            Storages);
        var equalize = new Option<bool>("--equalize")
        {
            Description = "equalize the channels of neighbouring layers first; the FP32 function stays the same"
        };
        var evaluation = CommonOptions.Evaluation(
            "images that accuracy, or the metric, and latency are measured on, of the file and of FP32");
        var metric = JobOptionSymbols.Choice(JobLimits.Metric, $"what the file is measured by: {JobLimits.Metrics}");
        var detections = JobOptionSymbols.Choice(JobLimits.Detections);
        var blank = NumberOptions.Open(JobLimits.Blank);
        var metricCommand = new Option<string?>(JobLimits.MetricCommand.Name)
        {
            Description = JobLimits.CommandHelp,
            HelpName = JobLimits.MetricCommand.Word,
        };
        var keepFloat32 = CommonOptions.KeepFloat32();
        var alsoExport = JobOptionSymbols.Choice(
            JobLimits.AlsoExport, "write the plan for another runtime, too: tensorrt or paddle (nothing here measures it)");
        var cache = CommonOptions.File(
            "--calibration-cache", "FILE", "calibration cache of TensorRT, whose ranges --also-export takes in place of the calibrators'");
        var paddle = CommonOptions.File(
            "--paddle-scales", "FILE", "thresholds of PaddleSlim, as --also-export paddle writes them, that --also-export takes likewise");
        var preprocess = CommonOptions.Preprocess();
        var batch = NumberOptions.Of(JobLimits.Batch);
        var threads = NumberOptions.Of(JobLimits.Threads);
        var memory = CommonOptions.Memory();
        var seed = NumberOptions.Of(JobLimits.Seed);
        var given = new GivenOptions();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output("FILE.onnx", "quantized file; its plan is written beside it", required: true);
        var force = CommonOptions.Force();
        var command = new Command("quantize", CommandHelp.Describe(
            "Quantize a network without a search: every group with one calibrator, or exactly as a plan says. The file is "
            + "checked against its simulation in ONNX Runtime before it is published.",
            "quantize --model net.onnx --method kl --data folder:calib -o net.qdq.onnx",
            "quantize --model net.onnx --method percentile:99.99 --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz "
            + "--json -o net.qdq.onnx",
            "quantize --model net.onnx --weight-bits 4 --activation-bits 4 --first-last-bits 8 --data folder:calib --eval "
            + "folder:val,labels=val.csv -o net.w4a4.onnx",
            "quantize --model net.onnx --plan OUT/winner.plan.json --calibration OUT/calibration -o again.qdq.onnx",
            "quantize --model net.onnx --plan OUT/winner.plan.json --data folder:calib --keep-fp32 0,'*squeeze*' -o kept.qdq.onnx"))
        {
            model, plan, calibration, method, data, noBiasCorrection, weightBits, activationBits, firstLastBits, format,
            rounding, iterations, device, storage, equalize, keepFloat32, evaluation, metric, detections, blank, metricCommand,
            alsoExport, cache, paddle, preprocess, batch, threads,
            memory, seed, json, output, force,
        };
        given.AddTo(command);
        command.Reports(
            json,
            (parsed, say, cancellation) =>
            {
                var request = new QuantizeRequest
                {
                    Model = parsed.GetValue(model)!,
                    Plan = parsed.GetValue(plan),
                    Calibration = parsed.GetValue(calibration),
                    Method = parsed.GetValue(method) ?? (parsed.GetValue(plan) is null ? DefaultMethod : null),
                    Data = parsed.GetValue(data),
                    BiasCorrection = !parsed.GetValue(noBiasCorrection),
                    WeightBits = parsed.GetValue(weightBits),
                    ActivationBits = parsed.GetValue(activationBits),
                    FirstLastBits = parsed.GetValue(firstLastBits),
                    Format = parsed.GetValue(format),
                    Rounding = parsed.GetValue(rounding),
                    Iterations = parsed.GetValue(iterations),
                    Device = parsed.GetValue(device) is { } place ? ComputeDevice.Parse(place) : null,
                    Storage = parsed.GetValue(storage) ?? CodeStorage.Bytes,
                    Equalize = parsed.GetValue(equalize),
                    Evaluation = parsed.GetValue(evaluation),
                    Metric = (MetricKind?)parsed.GetValue(metric),
                    Detections = (DetectionLayout?)parsed.GetValue(detections),
                    Blank = parsed.GetValue(blank),
                    MetricCommand = parsed.GetValue(metricCommand),
                    AlsoExport = (ExtraExport?)parsed.GetValue(alsoExport),
                    CalibrationCache = parsed.GetValue(cache),
                    PaddleScales = parsed.GetValue(paddle),
                    Preprocess = parsed.GetValue(preprocess),
                    Given = given.Read(parsed),
                    Batch = parsed.GetValue(batch),
                    Threads = parsed.GetValue(threads),
                    Memory = parsed.GetValue(memory),
                    Seed = parsed.GetValue(seed),
                    KeepFloat32 = [.. parsed.GetRequiredValue(keepFloat32).SelectMany(JobOptionSymbols.Split)],
                    Output = parsed.GetValue(output)!,
                    Force = parsed.GetValue(force),
                };
                request.Validate();
                if (ThreadCount.Judge(request.Threads, Environment.ProcessorCount) is { } warning)
                {
                    say($"warning: {warning}");
                }

                return new QuantizeWork(request, say).RunAsync(cancellation);
            },
            QuantizeTables.Write,
            parsed => QuantizeRequest.LearnedRoundings.Contains(parsed.GetValue(rounding))
                ? "run the same command again to continue after the last finished block"
                : "run the same command again to start over");
        return command;
    }

    private static Option<string?> RoundingOption()
    {
        var option = new Option<string?>("--rounding")
        {
            Description = $"how weights are rounded: {string.Join(", ", QuantizeRequest.Roundings)} (default: {GroupDecision.Nearest})",
            HelpName = "ROUNDING"
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && !QuantizeRequest.Roundings.Contains(text))
            {
                result.AddError($"--rounding is '{text}'; this version has {string.Join(", ", QuantizeRequest.Roundings)}.");
            }
        });
        return option;
    }

    private static Option<GroupFormat?> FormatOption() => new("--format")
    {
        Description = "form of weights of 8 bits: int8, or int8-safe, which is exact and fast on every x86 "
            + "(default: int8-safe on processors without VNNI, else int8); int8-dynamic finds the ranges of what MatMul, Gemm and LSTM "
            + "read in each run, int4-block has weights of MatMul and Gemm in 4 bits (only ONNX Runtime on processors runs these)",
        HelpName = "int8|int8-safe|int8-dynamic|int4-block",
        CustomParser = result =>
        {
            string word = result.Tokens[0].Value;
            if (GroupFormat.TryParse(word) is { } format && (format.IsInt8 || format.IsOfRuntime))
            {
                return format;
            }

            result.AddError($"--format is '{word}'; int8, int8-safe, int8-dynamic or int4-block is expected.");
            return null;
        },
    };
}
