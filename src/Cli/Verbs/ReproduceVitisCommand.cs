using System.CommandLine;
using System.Text.Json;
using Cluster.Coordinator.Json;
using Cluster.Cli.Options;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.SingleSteps.Sensitivity;
using Cluster.Reproductions.Vitis;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster reproduce vitis`: its examples by number, and a MobileNet whose most sensitive layers stay in FP32.</summary>
internal static class ReproduceVitisCommand
{
    public static Command Create()
    {
        var model = CommonOptions.File("--model", "FILE.onnx", "FP32 network (default: the MobileNet of shared/data beside this checkout)");
        var data = CommonOptions.Data(required: false, "calibration images (default: of shared/data)");
        var evaluation = CommonOptions.Evaluation("labelled images that layers are ranked and files measured on (default: of shared/data)");
        var kept = NumberOptions.Positive("--kept", "layers left in FP32 at the end", 4);
        var output = ReproduceCommand.Output();
        var json = CommonOptions.Json();
        var command = new Command("vitis", CommandHelp.Describe(
            "\"Vitis AI: basics\": the text's examples by number, each layer of a MobileNet alone in INT8, and plain INT8 with the most "
            + "sensitive layers left in FP32. Takes minutes.",
            "reproduce vitis",
            "reproduce vitis --model net.onnx --data folder:calib --eval folder:val,labels=val.csv"))
        {
            model, data, evaluation, kept, output, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            if ((parsed.GetValue(model) ?? ReproduceCommand.Usual("models", "imagenet", "mobilenet_v1_0.25_224.onnx")) is not { } network
                || (parsed.GetValue(data) ?? Images("calibration200.csv")) is not { } calibration
                || (parsed.GetValue(evaluation) ?? Images("evaluation800.csv")) is not { } labelled)
            {
                return await ReproduceCommand.NothingAsync(streams.Error);
            }

            bool isLive = ReferenceEquals(streams.Error, Console.Error) && StandardStreams.IsError;
            var work = new VitisReproduction(network, calibration, labelled, parsed.GetRequiredValue(output), parsed.GetValue(kept));
            var figures = await work.RunAsync(
                new SensitivityProgress(streams.Error, isLive), text => streams.Error.WriteLine($"cluster: {text}"), cancellation);
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

    private static string? Images(string labels) => ReproduceCommand.Usual("imagenet-sample") is { } folder
        ? $"folder:{Path.Combine(folder, "jpeg224")},labels={Path.Combine(folder, labels)}"
        : null;

    private static void Write(IAnsiConsole console, VitisFigures figures)
    {
        var examples = CommandConsole.Table(console, "Example", ">text", ">here", "");
        foreach (var example in figures.Examples)
        {
            CommandConsole.AddRow(examples, example.Name, example.Text, example.Here, example.Remark ?? "");
        }

        console.Write(examples);
        var table = CommandConsole.Table(console, "Layers in FP32", ">Correct", ">Top-1", "the last one kept");
        void Row(string name, int correct, int total, string kept) =>
            CommandConsole.AddRow(table, name, $"{correct} of {total}", $"{100.0 * correct / total:F2} %", kept);
        foreach (var step in figures.Steps)
        {
            Row($"{step.Kept.Count}", step.Accuracy.Correct, step.Accuracy.Total, step.Kept.Count > 0 ? step.Kept[^1] : "");
        }

        Row("all", figures.Float32.Correct, figures.Float32.Total, "");
        console.Write(table);
    }
}
