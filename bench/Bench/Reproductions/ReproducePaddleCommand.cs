using System.CommandLine;
using Cluster.Evaluation.Failures;
using Cluster.Reproductions.Paddle;
using Cluster.Terminal;
using Cluster.Terminal.Options;
using Spectre.Console;

namespace Cluster.Bench.Reproductions;

/// <summary>`bench reproduce paddle`: PaddleSlim's methods, each on one network.</summary>
internal static class ReproducePaddleCommand
{
    public static Command Create()
    {
        var iterations = NumberOptions.Positive("--iterations", "of methods that learn, for each block or layer", 500);
        var output = ReproductionOptions.Output();
        var command = new Command(
            "paddle",
            "PaddleSlim's table of methods for activations and for weights, each on the same network of shared/data. Takes minutes.")
        {
            iterations, output,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            const string data = "../shared/data";
            string images = $"cifar10:{Path.Combine(data, "cifar10")}";
            var work = new PaddleReproduction(
                Path.Combine(data, "models", "cifar10", "resnet20-jpeg-finetuned.onnx"),
                $"{images}/data_batch_1.jpeg.bin.gz@0..256",
                $"{images}/test_batch.jpeg.bin.gz",
                parsed.GetRequiredValue(output),
                parsed.GetValue(iterations));
            Write(
                CommandConsole.For(streams.Output),
                await work.RunAsync(text => streams.Error.WriteLine($"cluster: {text}"), cancellation));
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(IAnsiConsole console, PaddleFigures figures)
    {
        Write(console, "Activations, 8 bits", figures.Activations, figures);
        Write(console, "Activations, 8 bits, symmetric as PaddleSlim's", figures.SymmetricActivations, figures);
        Write(console, "Scales of weights, 8 bits", figures.Granularities, figures);
        Write(console, $"Weights, {figures.WeightBits} bits (activations 8)", figures.Weights, figures);
    }

    private static void Write(IAnsiConsole console, string title, IReadOnlyList<PaddleMethod> methods, PaddleFigures figures)
    {
        var table = CommandConsole.Table(console, title, "here", ">Correct", ">Top-1", ">KL to FP32, nats");
        foreach (var method in methods)
        {
            CommandConsole.AddRow(
                table,
                method.Name,
                method.Here,
                $"{method.Accuracy.Correct} of {method.Accuracy.Total}",
                $"{100 * method.Accuracy.Top1:F2} %",
                $"{method.Accuracy.Kl:G3}");
        }

        CommandConsole.AddRow(
            table, "FP32", "", $"{figures.Float32.Correct} of {figures.Float32.Total}", $"{100 * figures.Float32.Top1:F2} %", "");
        console.Write(table);
    }
}
