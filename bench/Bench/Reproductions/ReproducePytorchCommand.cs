using System.CommandLine;
using Cluster.Reproductions.Pytorch;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Bench.Reproductions;

/// <summary>`bench reproduce pytorch`: ways of quantizing and their errors on one network.</summary>
internal static class ReproducePytorchCommand
{
    public static Command Create()
    {
        var command = new Command(
            "pytorch",
            "\"PyTorch quantization\": weights only, dynamic, static and mixed on one network, with MSE and MAE of the outputs.");
        new ReproductionOptions("a LeNet", "512 of MNIST").Run(
            command,
            () => ReproductionOptions.Shared("models", "mnist", "lenet-mnist.onnx"),
            () => Images("train", "@0..512"),
            () => Images("t10k", ""),
            inputs => new PytorchReproduction(inputs.Model, inputs.Calibration, inputs.Evaluation, inputs.Folder)
                .RunAsync(inputs.Say, inputs.Cancellation),
            Write);
        return command;
    }

    private static string? Images(string set, string slice) =>
        ReproductionOptions.Shared("mnist", $"{set}-images-idx3-ubyte.gz") is { } path ? $"idx:{path}{slice}" : null;

    private static void Write(IAnsiConsole console, PytorchFigures figures)
    {
        var table = CommandConsole.Table(console, "", ">Correct", ">Top-1", ">MSE of outputs", ">MAE", ">Bytes");
        foreach (var way in figures.Ways)
        {
            CommandConsole.AddRow(
                table,
                way.Name,
                $"{way.Correct} of {figures.Total}",
                $"{100.0 * way.Correct / figures.Total:F2} %",
                $"{way.MeanSquaredError:G3}",
                $"{way.MeanAbsoluteError:G3}",
                $"{way.Bytes}");
        }

        console.Write(table);
    }
}
