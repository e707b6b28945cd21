using System.CommandLine;
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
        var command = new Command(
            "paddle",
            "PaddleSlim's table of methods for activations and for weights, each on the same network. Takes minutes.")
        {
            iterations,
        };
        new ReproductionOptions("a ResNet-20", "256 of CIFAR-10").Run(
            command,
            () => ReproductionOptions.Shared("models", "cifar10", "resnet20-jpeg-finetuned.onnx"),
            () => Images("data_batch_1.jpeg.bin.gz", "@0..256"),
            () => Images("test_batch.jpeg.bin.gz", ""),
            inputs => new PaddleReproduction(
                inputs.Model, inputs.Calibration, inputs.Evaluation, inputs.Folder, inputs.Parsed.GetValue(iterations))
                .RunAsync(inputs.Say, inputs.Cancellation),
            Write);
        return command;
    }

    private static string? Images(string file, string slice) =>
        ReproductionOptions.Shared("cifar10", file) is { } path ? $"cifar10:{path}{slice}" : null;

    private static void Write(IAnsiConsole console, PaddleFigures figures)
    {
        Write(console, "Activations, 8 bits", figures.Activations, figures);
        Write(console, "Activations, 8 bits, symmetric as PaddleSlim's", figures.SymmetricActivations, figures);
        Write(console, "Scales of weights, 8 bits", figures.WeightScales, figures);
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
