using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.SingleSteps.Weights;
using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Views;

/// <summary>The report of `quantize-weights` for people.</summary>
internal static class WeightsTables
{
    public static void Write(IAnsiConsole console, WeightsReport report)
    {
        var products = CommandConsole.Table(console, "Product", ">Outputs x inputs", ">Block", ">Weights' SQNR, dB");
        foreach (var product in report.Products)
        {
            CommandConsole.AddRow(
                products,
                product.Node,
                $"{product.Outputs} x {product.Inputs}",
                $"{product.Block}",
                product.WeightSqnrDb is { } decibels ? $"{decibels:F1}" : "exact");
        }

        console.Write(products);
        if (report is { Accuracy: { } accuracy, Latency: { } latency, Float32Accuracy: { } before, Float32Latency: { } beforeMs })
        {
            string[] Answers(MeasuredAccuracy of) => [.. MeasuredTables.Top1(of), MeasuredTables.Kl(of)];
            MeasuredTables.Write(
                console,
                [">Correct", ">Top-1", ">KL to FP32, nats"],
                (Answers(before), beforeMs, report.Float32Bytes),
                (Answers(accuracy), latency, report.Output.SizeBytes));
        }

        CommandConsole.Line(
            console,
            $"Model: {report.Output.Path} ({report.Output.SizeBytes} bytes, {100 * report.Share:F1} % of FP32's, sha256 "
            + $"{report.Output.Sha256})");
        CommandConsole.Line(
            console,
            $"       {report.Products.Count} matrices in {report.Bits} bits, multiplied with "
            + $"{(report.Activations == ActivationRounding.Int8 ? "activations rounded to int8 in each run" : "float activations")}"
            + (report.Kept > 0 ? $"; {report.Kept} other products stayed as they were" : ""));
    }
}
