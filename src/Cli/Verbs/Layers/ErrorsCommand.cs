using Cluster.Evaluation.SingleSteps.Errors;

namespace Cluster.Cli.Verbs.Layers;

/// <summary>`cluster errors`: the error of each layer of a quantized network, its own and what accumulated.</summary>
internal static class ErrorsCommand
{
    private const int DefaultImages = 256;

    public static Command Create()
    {
        var stored = new Argument<string?>("PLAN")
        {
            Description = "the output folder of a job, or a plan file beside its calibration; without it every group is quantized",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var model = CommonOptions.Model();
        var method = CommonOptions.Method($"calibrator of every group where no plan is given (default: {ErrorsRequest.DefaultMethod})");
        var weightBits = CommonOptions.Bits("--weight-bits", "bits of weights where no plan is given");
        var activationBits = CommonOptions.Bits("--activation-bits", "bits of activations where no plan is given");
        var keepFloat32 = CommonOptions.KeepFloat32();
        var data = CommonOptions.Data(required: false, "calibration images where no plan is given; labels are ignored");
        var evaluation = CommonOptions.Evaluation("images to compare on, labels are ignored (default: the calibration images)");
        var images = NumberOptions.Positive(
            "--images", "images to compare on, drawn with the seed; all where there are fewer", DefaultImages);
        var preprocess = CommonOptions.Preprocess();
        var memory = CommonOptions.Memory();
        var seed = NumberOptions.Of(JobLimits.Seed);
        var given = new GivenOptions();
        var json = CommonOptions.Json();
        var output = CommonOptions.Output("FILE", "write it to a file, too: .html (chart and table), .json or .csv", required: false);
        var command = new Command("errors", CommandHelp.Describe(
            "Compare each layer of a quantized network with FP32's: MSE, MAE, cosine and signal to noise of what it hands on, with this "
            + "layer alone quantized (its own error), and with all before it quantized too (accumulated).",
            "errors OUT --model net.onnx --eval folder:val",
            "errors q.plan.json --model net.onnx --eval folder:val -o errors.html",
            "errors --model net.onnx --method max --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --json"))
        {
            stored, model, method, weightBits, activationBits, keepFloat32, data, evaluation, images, preprocess, memory, seed, json,
            output,
        };
        given.AddTo(command);
        command.Reports(
            json,
            async (parsed, say, cancellation) =>
            {
                var request = new ErrorsRequest(
                    new QuantizeRequest
                    {
                        Model = parsed.GetValue(model)!,
                        Method = parsed.GetValue(method),
                        WeightBits = parsed.GetValue(weightBits),
                        ActivationBits = parsed.GetValue(activationBits),
                        KeepFloat32 = [.. parsed.GetRequiredValue(keepFloat32).SelectMany(JobOptionSymbols.Split)],
                        Data = parsed.GetValue(data),
                        Evaluation = parsed.GetValue(evaluation),
                        Preprocess = parsed.GetValue(preprocess),
                        Given = given.Read(parsed),
                        Memory = parsed.GetValue(memory),
                        Seed = parsed.GetValue(seed),
                        Output = "", // nothing is written
                    },
                    parsed.GetValue(stored),
                    parsed.GetValue(images));
                request.Validate();
                string? file = parsed.GetValue(output);
                var writer = file is null ? null : Writer(file);
                if (file is not null)
                {
                    OutputPlace.PrepareFile(file, say);
                }

                var analysis = await new ErrorsWork(request, say).RunAsync(cancellation);
                if (file is not null)
                {
                    AtomicFile.Write(file, writer!(analysis));
                    say($"wrote {file}");
                }

                return analysis;
            },
            ErrorTables.Write);
        return command;
    }

    /// <summary>The file's text, in the format of its ending.</summary>
    /// <exception cref="UsageException">The ending is not one of the three.</exception>
    internal static Func<ErrorAnalysis, string> Writer(string output) => Path.GetExtension(output).ToUpperInvariant() switch
    {
        ".HTML" => ErrorReport.Html,
        ".CSV" => ErrorReport.Csv,
        ".JSON" => analysis => JsonSerializer.Serialize(analysis, PlanJson.Indented) + "\n",
        _ => throw new UsageException($"the output '{output}' ends in none of .html, .csv and .json, which say what is written."),
    };
}
