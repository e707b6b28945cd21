using System.CommandLine;
using System.Text.Json;
using Cluster.Cli.Options;
using Cluster.Coordinator.Json;
using Cluster.Evaluation.Failures;
using Cluster.Reproductions.Pytorch;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster reproduce pytorch`: ways of quantizing and their errors on one network.</summary>
internal static class ReproducePytorchCommand
{
    public static Command Create()
    {
        var model = CommonOptions.File("--model", "FILE.onnx", "FP32 network (default: a LeNet of shared/data beside this checkout)");
        var data = CommonOptions.Data(required: false, "calibration images (default: 512 of MNIST in shared/data)");
        var evaluation = CommonOptions.Evaluation("labelled images that files are measured on (default: of shared/data)");
        var output = ReproduceCommand.Output();
        var json = CommonOptions.Json();
        var command = new Command("pytorch", CommandHelp.Describe(
            "\"PyTorch quantization\": weights only, dynamic, static and mixed on one network, with MSE and MAE of the outputs.",
            "reproduce pytorch",
            "reproduce pytorch --model net.onnx --data folder:calib --eval folder:val,labels=val.csv"))
        {
            model, data, evaluation, output, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            if ((parsed.GetValue(model) ?? ReproduceCommand.Usual("models", "mnist", "lenet-mnist.onnx")) is not { } network
                || (parsed.GetValue(data) ?? Images("train", "@0..512")) is not { } calibration
                || (parsed.GetValue(evaluation) ?? Images("t10k", "")) is not { } labelled)
            {
                return await ReproduceCommand.NothingAsync(streams.Error);
            }

            var work = new PytorchReproduction(network, calibration, labelled, parsed.GetRequiredValue(output));
            var figures = await work.RunAsync(text => streams.Error.WriteLine($"cluster: {text}"), cancellation);
            if (parsed.GetValue(json))
            {
                await streams.Output.WriteLineAsync(JsonSerializer.Serialize(figures, CoordinatorJson.Indented));
            }
            else
            {
                Write(CommandConsole.For(streams.Output), figures);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static string? Images(string set, string slice) =>
        ReproduceCommand.Usual("mnist", $"{set}-images-idx3-ubyte.gz") is { } path ? $"idx:{path}{slice}" : null;

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
