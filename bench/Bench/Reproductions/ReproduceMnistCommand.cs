using System.CommandLine;
using Cluster.Cli.Options;
using Cluster.Cli.Verbs;
using Cluster.Cli.Views;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Failures;
using Cluster.Reproductions.Mnist;
using Cluster.Terminal;
using Cluster.Terminal.Options;
using Spectre.Console;

namespace Cluster.Bench.Reproductions;

/// <summary>`bench reproduce mnist`: "MNIST quantized from scratch".</summary>
internal static class ReproduceMnistCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "folder with the four files of MNIST",
            DefaultValueFactory = _ => "../shared/data/mnist",
            HelpName = "FOLDER",
        };
        var epochs = NumberOptions.Positive("--epochs", "passes over the training images in FP32", 4);
        var tuned = NumberOptions.Positive("--tuned-epochs", "passes over them for 4 bits", 2);
        var seed = NumberOptions.Of(JobLimits.Seed);
        var output = ReproductionOptions.Output();
        var json = CommonOptions.Json();
        var command = new Command(
            "mnist",
            "\"MNIST quantized from scratch\": train the text's network, quantize it to 8 bits, run that in integer arithmetic only, and "
            + "train it for 4 bits. Takes minutes.")
        {
            data, epochs, tuned, seed, output, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var streams = parsed.InvocationConfiguration;
            var found = MnistData.In(parsed.GetRequiredValue(data));
            var work = new MnistReproduction(
                found, parsed.GetRequiredValue(output), parsed.GetValue(epochs), parsed.GetValue(tuned), parsed.GetValue(seed));
            var figures = await work.RunAsync(text => streams.Error.WriteLine($"cluster: {text}"), cancellation);
            await CommandReport.WriteAsync(streams.Output, parsed.GetValue(json), figures, Write);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(IAnsiConsole console, MnistFigures figures)
    {
        int total = figures.Float32.Total;
        var table = CommandConsole.Table(console, "", ">Correct", ">Top-1");
        void Row(string name, int correct) =>
            CommandConsole.AddRow(table, name, $"{correct} of {total}", $"{100.0 * correct / total:F2} %");
        Row("FP32", figures.Float32.Correct);
        Row("8 bits, ONNX Runtime", figures.Int8.Correct);
        Row("8 bits, integers only", figures.Integer);
        Row("4 bits, not trained", figures.Int4.Correct);
        Row("4 bits, trained", figures.Int4Trained.Correct);
        console.Write(table);
        var codes = CommandConsole.Table(console, "Codes of", ">compared", ">different", ">share", ">largest difference");
        foreach (var tensor in figures.Codes)
        {
            CommandConsole.AddRow(
                codes,
                tensor.Tensor,
                $"{tensor.Elements}",
                $"{tensor.Different}",
                $"{100.0 * tensor.Different / tensor.Elements:F4} %",
                $"{tensor.Largest}");
        }

        console.Write(codes);
    }
}
