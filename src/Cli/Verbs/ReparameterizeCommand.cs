using System.CommandLine;
using Cluster.Cli.Options;
using Cluster.Cli.Views;
using Cluster.Evaluation.SingleSteps.Reparameterize;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster reparameterize`: the same function with one convolution instead of parallel branches.</summary>
internal static class ReparameterizeCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output(
            "FILE.onnx", "FP32 network to quantize next; its preprocessing is written beside it", required: true);
        var force = CommonOptions.Force();
        var command = new Command("reparameterize", CommandHelp.Describe(
            "Make one convolution of each block of parallel branches, as RepVGG and its like are deployed: a sum of convolutions of one "
            + "tensor, of its batch normalization and of the tensor itself. The function stays the same, in FP32; quantize what is "
            + "written.",
            "reparameterize --model repvgg.onnx -o repvgg.deploy.onnx"))
        {
            model, json, output, force,
        };
        command.Reports(
            json,
            (parsed, say, cancellation) =>
            {
                var request = new ReparameterizeRequest(parsed.GetValue(model)!, parsed.GetValue(output)!, parsed.GetValue(force));
                request.Validate();
                return Task.Run(new ReparameterizeWork(request, say).Run, cancellation);
            },
            Write);
        return command;
    }

    private static void Write(IAnsiConsole console, ReparameterizeReport report)
    {
        CommandConsole.Line(console, $"Blocks: {report.Blocks}, nodes {report.NodesBefore} → {report.NodesAfter}");
        string difference = report.Difference is { } found
            ? $"outputs differ by {found:E1} of their root mean square, on random inputs"
            : "outputs were not compared: an input is not of floats";
        CommandConsole.Line(console, $"Model:  {report.Output.Path} ({difference})");
        CommandConsole.Line(console, $"Next:   ./cluster quantize --model {report.Output.Path} --data … -o …");
    }
}
