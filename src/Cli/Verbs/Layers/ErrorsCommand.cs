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
        var request = new RequestOptions(JobLimits.KeepFloat32, JobLimits.Shape, JobLimits.Set, JobLimits.Seed)
        {
            Files = new()
            {
                Calibration = JobFileOptions.Data(required: false, "calibration images where no plan is given; labels are ignored"),
                Judged = JobFileOptions.Evaluation("images to compare on, labels are ignored (default: the calibration images)"),
            },
            Output = CommonOptions.Output("FILE", "write it to a file, too: .html (chart and table), .json or .csv", required: false),
        };
        request.Job.Of(JobLimits.KeepFloat32).Description = CommonOptions.KeptGroups;
        var method = CommonOptions.Method();
        var weightBits = CommonOptions.Bits("--weight-bits", "bits of weights where no plan is given");
        var activationBits = CommonOptions.Bits("--activation-bits", "bits of activations where no plan is given");
        var images = NumberOptions.Positive(
            "--images", "images to compare on, drawn with the seed; all where there are fewer", DefaultImages);
        var json = CommonOptions.Json();
        var command = new Command("errors", CommandHelp.Describe(
            "Compare each layer of a quantized network with FP32's: MSE, MAE, cosine and signal to noise of what it hands on, with this "
            + "layer alone quantized (its own error), and with all before it quantized too (accumulated).",
            "errors OUT --model net.onnx --eval folder:val",
            "errors q.plan.json --model net.onnx --eval folder:val -o errors.html",
            "errors --model net.onnx --method max --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --json"))
        {
            stored, method, weightBits, activationBits, images, json,
        };
        request.AddTo(command);
        command.Reports(
            json,
            async (parsed, say, cancellation) =>
            {
                // Layers are compared: nothing is judged.
                var job = request.Read(parsed);
                job = job with { Options = job.Options with { Metric = MetricKind.OutputSqnr } };
                var given = new GivenPlan
                {
                    Method = parsed.GetValue(method),
                    WeightBits = parsed.GetValue(weightBits),
                    ActivationBits = parsed.GetValue(activationBits),
                };
                RequirePlan(parsed.GetValue(stored), given, job.Inputs);
                string? file = job.Output.Length == 0 ? null : job.Output;
                var writer = file is null ? null : Writer(file);
                if (file is not null)
                {
                    OutputPlace.PrepareFile(file, say);
                }

                if (parsed.GetValue(stored) is { } place)
                {
                    var (plan, calibration) = StoredPlan.Find(place);
                    given = given with { Plan = plan, Calibration = calibration };
                }

                var analysis = await new ErrorsWork(job, given, parsed.GetValue(images), say).RunAsync(cancellation);
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

    private static void RequirePlan(string? stored, GivenPlan given, JobInputs inputs)
    {
        string? fault = stored is null
            ? inputs.Calibration is null
                ? "neither a plan nor calibration images were given; give a job's folder or a plan file, or --data SPEC."
                : null
            : (inputs.Calibration?.Spec ?? given.Method) is not null
                ? "--data or --method was given with a plan, whose numbers lie beside it; leave them out."
            : (given.WeightBits ?? given.ActivationBits) is not null
                ? "--weight-bits or --activation-bits was given with a plan, which says how many bits each group has; leave them out."
            : inputs.Evaluation is null ? "a plan needs images to be compared on; add --eval SPEC (labels are not needed)."
            : null;
        if (fault is not null)
        {
            throw new UsageException(fault);
        }
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
