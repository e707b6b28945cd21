using System.CommandLine;
using Cluster.Evaluation.SingleSteps.Sensitivity;
using Cluster.Reproductions.Vitis;
using Cluster.Terminal;
using Cluster.Terminal.Options;
using Spectre.Console;

namespace Cluster.Bench.Reproductions;

/// <summary>`bench reproduce vitis`: its examples by number, and a MobileNet whose most sensitive layers stay in FP32.</summary>
internal static class ReproduceVitisCommand
{
    public static Command Create()
    {
        var kept = NumberOptions.Positive("--kept", "layers left in FP32 at the end", 4);
        var command = new Command(
            "vitis",
            "\"Vitis AI: basics\": the text's examples by number, each layer of a MobileNet alone in INT8, and plain INT8 with the most "
            + "sensitive layers left in FP32. Layers are ranked on the images that files are measured on. Takes minutes.")
        {
            kept,
        };
        new ReproductionOptions("the MobileNet", "200").Run(
            command,
            () => ReproductionOptions.Shared("models", "imagenet", "mobilenet_v1_0.25_224.onnx"),
            () => Images("calibration200.csv"),
            () => Images("evaluation800.csv"),
            inputs => new VitisReproduction(
                inputs.Model, inputs.Calibration, inputs.Evaluation, inputs.Folder, inputs.Parsed.GetValue(kept))
                .RunAsync(
                    new SensitivityProgress(inputs.Error, ReferenceEquals(inputs.Error, Console.Error) && StandardStreams.IsError),
                    inputs.Say,
                    inputs.Cancellation),
            Write);
        return command;
    }

    private static string? Images(string labels) => ReproductionOptions.Shared("imagenet-sample") is { } folder
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
