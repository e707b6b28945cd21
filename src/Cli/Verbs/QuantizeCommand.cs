using System.CommandLine.Parsing;
using Cluster.DataSpecs;
using Cluster.Export;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster quantize`: one plan, made into a file and measured; no search.</summary>
internal static class QuantizeCommand
{
    private static readonly Dictionary<string, CodeStorage> Storages = new(StringComparer.Ordinal)
    {
        ["int8"] = CodeStorage.Bytes,
        ["int4"] = CodeStorage.Nibbles,
    };

    public static Command Create()
    {
        var request = new RequestOptions(
            JobLimits.KeepFloat32, JobLimits.Form, JobLimits.Input, JobLimits.Equalize, JobLimits.Iterations, JobLimits.Metric,
            JobLimits.Detections, JobLimits.Blank,
            JobLimits.MetricCommand, JobLimits.AlsoExport, JobLimits.Shape, JobLimits.Set, JobLimits.Batch, JobLimits.Threads,
            JobLimits.Seed)
        {
            Files = new()
            {
                Calibration = JobFileOptions.Data(required: false),
                Judged = JobFileOptions.Evaluation(
                    "images that accuracy, or the metric, and latency are measured on, of the file and of FP32"),
            },
            Output = CommonOptions.Output("FILE.onnx", "quantized file; its plan is written beside it", required: true),
            Force = CommonOptions.Force(),
        };
        request.Job.Of(JobLimits.KeepFloat32).Description = CommonOptions.KeptGroups;
        var plan = CommonOptions.File("--plan", "PLAN.json", "plan of an earlier run (winner.plan.json): the same bytes are built again");
        var calibration = CommonOptions.File("--calibration", "FOLDER", "calibration folder that belongs to the plan (OUT/calibration)");
        var method = CommonOptions.Method();
        var noBiasCorrection = new Option<bool>("--no-bias-correction") { Description = "leave biases as they are; with --method" };
        var weightBits = CommonOptions.Bits("--weight-bits", "bits of weights");
        var activationBits = CommonOptions.Bits("--activation-bits", "bits of activations");
        var firstLastBits = CommonOptions.Bits("--first-last-bits", "bits of weights and activations of the first and the last layer");
        var format = FormatOption();
        var rounding = RoundingOption();
        var device = CommonOptions.Device("where roundings are learned");
        var storage = CommonOptions.Choice(
            "--weight-storage",
            "type of weights of 4 bits or fewer in the file: int8 for any runtime, int4 (opset 21) for half the size (default: int8)",
            Storages);
        var cache = CommonOptions.File(
            "--calibration-cache", "FILE", "calibration cache of TensorRT, whose ranges --also-export takes in place of the calibrators'");
        var paddle = CommonOptions.File(
            "--paddle-scales", "FILE", "thresholds of PaddleSlim, as --also-export paddle writes them, that --also-export takes likewise");
        var json = CommonOptions.Json();
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
            plan, calibration, method, noBiasCorrection, weightBits, activationBits, firstLastBits, format, rounding, device, storage,
            cache, paddle, json,
        };
        request.AddTo(command);
        command.Reports(
            json,
            (parsed, say, cancellation) =>
            {
                var job = request.Read(parsed);
                var given = new GivenPlan
                {
                    Plan = parsed.GetValue(plan),
                    Calibration = parsed.GetValue(calibration),
                    Method = parsed.GetValue(method),
                    BiasCorrection = !parsed.GetValue(noBiasCorrection),
                    WeightBits = parsed.GetValue(weightBits),
                    ActivationBits = parsed.GetValue(activationBits),
                    FirstLastBits = parsed.GetValue(firstLastBits),
                    Format = parsed.GetValue(format),
                    Rounding = parsed.GetValue(rounding),
                    Device = parsed.GetValue(device) is { } place ? ComputeDevice.Parse(place) : null,
                    Storage = parsed.GetValue(storage) ?? CodeStorage.Bytes,
                    CalibrationCache = parsed.GetValue(cache),
                    PaddleScales = parsed.GetValue(paddle),
                };
                given.Validate(job);
                if (ThreadCount.Judge(job.Options.Threads, Environment.ProcessorCount) is { } warning)
                {
                    say($"warning: {warning}");
                }

                return new QuantizeWork(job, given, say).RunAsync(cancellation);
            },
            QuantizeTables.Write,
            parsed => GivenPlan.LearnedRoundings.Contains(parsed.GetValue(rounding))
                ? "run the same command again to continue after the last finished block"
                : "run the same command again to start over");
        return command;
    }

    private static Option<string?> RoundingOption() => new("--rounding")
    {
        Description = $"how weights are rounded: {string.Join(", ", GivenPlan.Roundings)} (default: {GroupDecision.Nearest})",
        HelpName = "ROUNDING",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string word = MethodNames.Rounding(text);
            if (!GivenPlan.Roundings.Contains(word))
            {
                result.AddError(
                    $"--rounding is '{text}'; this version has {string.Join(", ", GivenPlan.Roundings)}."
                    + Suggestions.Of(word, GivenPlan.Roundings.Concat(MethodNames.Roundings.Keys)));
            }

            return word;
        },
    };

    private static Option<GroupFormat?> FormatOption() => new("--format")
    {
        Description = "form of weights of 8 bits: int8, or int8-safe, which is exact and fast on every x86 "
            + "(default: int8-safe on processors without VNNI, else int8), or int8-tensor, with one scale a weight; int8-dynamic finds the "
            + "ranges of what MatMul, Gemm and LSTM read in each run, int4-block has weights of MatMul and Gemm in 4 bits, int8-weights "
            + "only weights in 8 bits, layers computing in float (only ONNX Runtime on processors runs these three)",
        HelpName = "int8|int8-safe|int8-tensor|int8-dynamic|int4-block|int8-weights",
        CustomParser = result =>
        {
            string word = result.Tokens[0].Value;
            if (GroupFormat.TryParse(word) is { } format && (format.IsInt8 || format.IsOfRuntime))
            {
                return format;
            }

            result.AddError(
                $"--format must be int8, int8-safe, int8-tensor, int8-dynamic, int4-block or int8-weights, not '{word}'."
                + JobOptionSymbols.NearFormats(word));
            return null;
        },
    };
}
