using Cluster.Evaluation.SingleSteps.Dequantize;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster dequantize`: the FP32 network that a quantized file stands for.</summary>
internal static class DequantizeCommand
{
    public static Command Create()
    {
        var model = JobFileOptions.Model();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output(
            "FILE.onnx", "FP32 network to quantize next; its preprocessing is written beside it", required: true);
        var force = CommonOptions.Force();
        var command = new Command("dequantize", CommandHelp.Describe(
            "Make an FP32 network of a file that is quantized already, to quantize it anew: QuantizeLinear and DequantizeLinear pairs, "
            + "QLinear operators, DynamicQuantizeLinear with ConvInteger or MatMulInteger, and ONNX Runtime's own dynamic products and "
            + "LSTM become float ones, "
            + "codes of weights the numbers that they stand for. What the weights lost stays lost: "
            + "where there is the FP32 network that the file was made from, use that.",
            "dequantize --model net.int8.onnx -o net.fp32.onnx"))
        {
            model, json, output, force,
        };
        command.Reports(
            json,
            (parsed, say, cancellation) =>
            {
                var request = new DequantizeRequest(parsed.GetValue(model)!, parsed.GetValue(output)!, parsed.GetValue(force));
                request.Validate();
                return Task.Run(new DequantizeWork(request, say).Run, cancellation);
            },
            Write);
        return command;
    }

    private static void Write(IAnsiConsole console, DequantizeReport report)
    {
        CommandConsole.Line(console, $"Model:  {report.Output.Path} (instead of {report.Removed})");
        CommandConsole.Line(console, $"Next:   ./cluster quantize --model {report.Output.Path} --data … -o …");
    }
}
