using System.CommandLine;
using System.Text.Json;
using Cluster.Coordinator.Json;
using Cluster.Silo.Commands.Quantize;

namespace Cluster.Silo.Commands;

/// <summary>`cluster quantize`: one plan, made into a file and measured; no search.</summary>
internal static class QuantizeCommand
{
    private const string DefaultMethod = "mse";

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var plan = CommonOptions.File("--plan", "PLAN.json", "plan of an earlier run (winner.plan.json): the same bytes are built again");
        var calibration = CommonOptions.File("--calibration", "FOLDER", "calibration folder that belongs to the plan (OUT/calibration)");
        var method = CommonOptions.Method($"calibrator of every group where no plan is given (default: {DefaultMethod})");
        var data = CommonOptions.Data(required: false);
        var noBiasCorrection = new Option<bool>("--no-bias-correction") { Description = "leave biases as they are; with --method" };
        var evaluation = CommonOptions.Evaluation("labelled images that accuracy and latency are measured on, of the file and of FP32");
        var preprocess = CommonOptions.Preprocess();
        var batch = CommonOptions.Batch();
        var threads = CommonOptions.Threads();
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output("FILE.onnx", "quantized file; its plan is written beside it", required: true);
        var command = new Command("quantize", CommandHelp.Describe(
            "Quantize a network without a search: every group with one calibrator, or exactly as a plan says. The file is checked against its simulation in ONNX Runtime before it is published.",
            "quantize --model net.onnx --method kl --data folder:calib -o net.qdq.onnx",
            "quantize --model net.onnx --method percentile:99.99 --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --json -o net.qdq.onnx",
            "quantize --model net.onnx --plan OUT/winner.plan.json --calibration OUT/calibration -o again.qdq.onnx"))
        {
            model, plan, calibration, method, data, noBiasCorrection, evaluation, preprocess, batch, threads, seed, json, output,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            () => RunAsync(
                new QuantizeRequest
                {
                    Model = parsed.GetValue(model)!,
                    Plan = parsed.GetValue(plan),
                    Calibration = parsed.GetValue(calibration),
                    Method = parsed.GetValue(method) ?? (parsed.GetValue(plan) is null ? DefaultMethod : null),
                    Data = parsed.GetValue(data),
                    BiasCorrection = !parsed.GetValue(noBiasCorrection),
                    Evaluation = parsed.GetValue(evaluation),
                    Preprocess = parsed.GetValue(preprocess),
                    Batch = parsed.GetValue(batch),
                    Threads = parsed.GetValue(threads),
                    Seed = parsed.GetValue(seed),
                    Output = parsed.GetValue(output)!,
                },
                parsed.GetValue(json),
                parsed.InvocationConfiguration,
                cancellation),
            "run the same command again to begin anew"));
        return command;
    }

    private static async Task<int> RunAsync(QuantizeRequest request, bool json, InvocationConfiguration streams, CancellationToken cancellation)
    {
        request.Validate();
        var report = await new QuantizeWork(request, text => streams.Error.WriteLine($"cluster: {text}")).RunAsync(cancellation);
        if (json)
        {
            await streams.Output.WriteLineAsync(JsonSerializer.Serialize(report, CoordinatorJson.Indented));
        }
        else
        {
            QuantizeTables.Write(CommandConsole.For(streams.Output), report);
        }

        return ExitCode.Done;
    }
}
