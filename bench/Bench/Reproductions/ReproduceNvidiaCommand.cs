using System.CommandLine;
using Cluster.Cli.Options;
using Cluster.Cli.Views;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.SingleSteps.Sensitivity;
using Cluster.Glyphs;
using Cluster.Glyphs.Training;
using Cluster.Kernels.Learning.FineTuning;
using Cluster.Reproductions.Nvidia;
using Cluster.Terminal;
using Cluster.Terminal.Options;
using Spectre.Console;

namespace Cluster.Bench.Reproductions;

/// <summary>`bench reproduce nvidia`: PTQ, partial PTQ and QAT of a RepVGG.</summary>
internal static class ReproduceNvidiaCommand
{
    public static Command Create()
    {
        var steps = NumberOptions.Positive(
            "--steps", $"batches of {GlyphTraining.Batch} images of the training in FP32; QAT has a tenth", GlyphSample.TrainingSteps);
        var kept = NumberOptions.Positive("--kept", "groups left in FP32 in the last partial PTQ", 3);
        var seed = NumberOptions.Of(JobLimits.Seed);
        var output = ReproductionOptions.NewOutput();
        var json = CommonOptions.Json();
        var command = new Command(
            "nvidia",
            "NVIDIA's choice between PTQ, partial PTQ and QAT: train a small RepVGG on generated images, merge its branches, quantize "
            + "it in each way, for ONNX Runtime and by TensorRT's rules. Takes minutes; needs no data.")
        {
            steps, kept, seed, output, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            bool isLive = ReferenceEquals(streams.Error, Console.Error) && StandardStreams.IsError;
            var work = new NvidiaReproduction(
                parsed.GetRequiredValue(output), parsed.GetValue(steps), parsed.GetValue(kept), parsed.GetValue(seed));
            var figures = await work.RunAsync(
                new SensitivityProgress(streams.Error, isLive),
                new FineTuneProgressView(streams.Error, isLive, new FineTuneOptions().BatchSize),
                streams.Error,
                text => streams.Error.WriteLine($"cluster: {text}"),
                cancellation);
            await CommandReport.WriteAsync(streams.Output, parsed.GetValue(json), figures, Write);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(IAnsiConsole console, NvidiaFigures figures)
    {
        int total = figures.Float32.Total;
        CommandConsole.Line(console, $"{figures.Blocks} blocks became one convolution each; outputs differ by {figures.Difference:E1}.");
        var table = CommandConsole.Table(console, "", ">Correct", ">Top-1", ">KL to FP32, nats", ">Correct, TensorRT's file", "in FP32");
        CommandConsole.AddRow(
            table, "FP32", $"{figures.Float32.Correct} of {total}", $"{100 * figures.Float32.Top1:F2} %", "", "", "all");
        foreach (var rung in figures.Rungs)
        {
            CommandConsole.AddRow(
                table,
                rung.Name,
                $"{rung.Accuracy.Correct} of {total}",
                $"{100 * rung.Accuracy.Top1:F2} %",
                $"{rung.Accuracy.Kl:G3}",
                $"{rung.TensorRtCorrect}",
                string.Join(", ", rung.Kept));
        }

        console.Write(table);
        var modules = CommandConsole.Table(console, "Module", "ONNX", ">nodes", ">quantized");
        foreach (var module in figures.Modules)
        {
            CommandConsole.AddRow(modules, module.Name, module.Operator, $"{module.Nodes}", $"{module.Quantized}");
        }

        console.Write(modules);
        CommandConsole.Line(
            console,
            $"The calibration cache has {figures.CacheTensors} tensors; the file made of it is "
            + $"{(figures.CacheGivesSameFile ? "the same" : "another")}.");
    }
}
