using System.CommandLine;
using System.Text.Json;
using Cluster.Cli.Options;
using Cluster.Coordinator.Json;
using Cluster.Evaluation.Failures;
using Cluster.Reproductions.Paddle;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster reproduce paddle`: PaddleSlim's methods, each on one network.</summary>
internal static class ReproducePaddleCommand
{
    public static Command Create()
    {
        var model = CommonOptions.File("--model", "FILE.onnx", "FP32 network (default: a ResNet-20 of shared/data beside this checkout)");
        var data = CommonOptions.Data(required: false, "calibration images (default: 256 of CIFAR-10 in shared/data)");
        var evaluation = CommonOptions.Evaluation("labelled images that files are measured on (default: of shared/data)");
        var iterations = NumberOptions.Positive("--iterations", "of methods that learn, for each block or layer", 500);
        var output = ReproduceCommand.Output();
        var json = CommonOptions.Json();
        var command = new Command("paddle", CommandHelp.Describe(
            "PaddleSlim's table of methods for activations and for weights, each on the same network. Takes minutes.",
            "reproduce paddle",
            "reproduce paddle --model net.onnx --data folder:calib --eval folder:val,labels=val.csv"))
        {
            model, data, evaluation, iterations, output, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            if ((parsed.GetValue(model) ?? ReproduceCommand.Usual("models", "cifar10", "resnet20-jpeg-finetuned.onnx")) is not { } network
                || (parsed.GetValue(data) ?? Images("data_batch_1.jpeg.bin.gz", "@0..256")) is not { } calibration
                || (parsed.GetValue(evaluation) ?? Images("test_batch.jpeg.bin.gz", "")) is not { } labelled)
            {
                return await ReproduceCommand.NothingAsync(streams.Error);
            }

            var work = new PaddleReproduction(
                network, calibration, labelled, parsed.GetRequiredValue(output), parsed.GetValue(iterations));
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

    private static string? Images(string file, string slice) =>
        ReproduceCommand.Usual("cifar10", file) is { } path ? $"cifar10:{path}{slice}" : null;

    private static void Write(IAnsiConsole console, PaddleFigures figures)
    {
        Write(console, "Activations, 8 bits", figures.Activations, figures);
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
