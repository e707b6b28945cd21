using Cluster.Evaluation.SingleSteps.Smooth;
using Cluster.Kernels.SmoothQuant;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster smooth`: the same function with activations that are easier to quantize.</summary>
internal static class SmoothCommand
{
    public static Command Create()
    {
        var model = JobFileOptions.Model();
        var data = JobFileOptions.Data(required: true);
        var preprocess = JobFileOptions.Preprocess();
        var alpha = new Option<double>("--alpha")
        {
            Description = "how much of the activations' range goes to the weights, 0 to 1",
            HelpName = "SHARE",
            DefaultValueFactory = _ => SmoothedNetwork.UsualAlpha,
        };
        var memory = CommonOptions.Memory();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output(
            "FILE.onnx", "FP32 network to quantize next; its preprocessing is written beside it", required: true);
        var force = CommonOptions.Force();
        var command = new Command("smooth", CommandHelp.Describe(
            "Smooth a network before it is quantized (SmoothQuant): large channels between a normalization and its products are divided "
            + "by what the products' weights are multiplied with. The function stays the same, in FP32 and with the same operators.",
            "smooth --model vit.onnx --data folder:calib -o vit.smooth.onnx",
            "smooth --model bert.onnx --data npz:sentences.npz --alpha 0.6 -o bert.smooth.onnx"))
        {
            model, data, preprocess, alpha, memory, json, output, force,
        };
        command.Reports(
            json,
            (parsed, say, cancellation) =>
            {
                var request = new SmoothRequest(
                    parsed.GetValue(model)!,
                    parsed.GetValue(data)!,
                    parsed.GetValue(preprocess),
                    parsed.GetValue(alpha),
                    parsed.GetValue(output)!,
                    parsed.GetValue(force),
                    parsed.GetValue(memory));
                request.Validate();
                return new SmoothWork(request, say).RunAsync(cancellation);
            },
            Write);
        return command;
    }

    private static void Write(IAnsiConsole console, SmoothReport report)
    {
        var table = CommandConsole.Table(
            console, "Activation", ">Products", ">Largest", ">smoothed", ">Largest / median channel", ">smoothed");
        foreach (var tensor in report.Tensors)
        {
            CommandConsole.AddRow(
                table,
                tensor.Value,
                $"{tensor.Products.Count}",
                $"{tensor.Before:G3}",
                $"{tensor.After:G3}",
                $"{tensor.SpreadBefore:F1}",
                $"{tensor.SpreadAfter:F1}");
        }

        console.Write(table);
        CommandConsole.Line(console, $"Model: {report.Output.Path} (outputs differ by {report.Difference:E1} of their root mean square)");
        CommandConsole.Line(console, $"Next:  ./cluster quantize --model {report.Output.Path} --data … -o …");
    }
}
