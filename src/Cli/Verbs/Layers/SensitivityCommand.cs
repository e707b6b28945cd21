using Cluster.Evaluation.SingleSteps.Sensitivity;

namespace Cluster.Cli.Verbs.Layers;

/// <summary>`cluster sensitivity`: the effect of quantizing each group alone.</summary>
internal static class SensitivityCommand
{
    private const int DefaultImages = 2000;

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var data = CommonOptions.Data(
            required: true, "calibration images; without --eval they are split, seeded, into calibration and evaluation");
        var evaluation = CommonOptions.Evaluation("labelled images that each group is tried on");
        var preprocess = CommonOptions.Preprocess();
        var method = CommonOptions.Method("calibrator of the group in INT8 (default: mse)");
        var images = NumberOptions.Positive(
            "--images",
            "evaluation images to use, drawn with the seed in the shares of their labels; all where there are fewer",
            DefaultImages);
        var leftOut = new Option<bool>("--left-out")
        {
            Description = "also measure, for each group, all others in INT8 and this one in FP32: one pass over the images each",
        };
        var metric = JobOptionSymbols.Choice(JobLimits.Metric);
        var memory = CommonOptions.Memory();
        var seed = NumberOptions.Of(JobLimits.Seed);
        var given = new GivenOptions();
        var json = CommonOptions.Json();
        var csv = new Option<bool>("--csv") { Description = "print comma-separated values on standard output" };
        var output = CommonOptions.Output(
            "FILE", "write to this file instead of standard output: JSON if it ends in .json, otherwise CSV", required: false);
        var command = new Command("sensitivity", CommandHelp.Describe(
            "Rank the groups of a network by the effect of quantizing each alone: KL divergence of the softmax from FP32, "
            + "signal to noise of the group's output, and accuracy. One sweep over cached FP32 prefixes.",
            "sensitivity --model net.onnx --data folder:calib --eval folder:val,labels=val.csv",
            "sensitivity --model net.onnx --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --images 500 "
            + "--csv -o sensitivity.csv"))
        {
            model, data, evaluation, preprocess, method, images, leftOut, metric, memory, seed, json, csv, output,
        };
        given.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            () => RunAsync(
                new SensitivityRequest(
                    new LocalInputs
                    {
                        Model = parsed.GetValue(model)!,
                        Calibration = parsed.GetValue(data)!,
                        Evaluation = parsed.GetValue(evaluation),
                        Preprocess = parsed.GetValue(preprocess),
                    },
                    parsed.GetValue(method) ?? "mse",
                    parsed.GetValue(images),
                    parsed.GetValue(seed),
                    parsed.GetValue(memory),
                    (MetricKind?)parsed.GetValue(metric),
                    parsed.GetValue(leftOut))
                {
                    Given = given.Read(parsed),
                },
                Format(parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(output)),
                parsed.GetValue(output),
                parsed.InvocationConfiguration,
                cancellation)));
        return command;
    }

    /// <summary>The format of the result.</summary>
    /// <exception cref="UsageException">Two formats were requested, or the output is a folder.</exception>
    internal static SensitivityFormat Format(bool json, bool csv, string? output)
    {
        if (json && csv)
        {
            throw new UsageException("--json and --csv were both given; choose one.");
        }

        if (output is not null && Directory.Exists(output))
        {
            throw new UsageException(
                $"the output '{output}' is a folder; give a file name such as {Path.Combine(output, "sensitivity.csv")}.");
        }

        return json ? SensitivityFormat.Json
            : csv ? SensitivityFormat.Csv
            : output is null ? SensitivityFormat.Table
            : output.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? SensitivityFormat.Json
            : SensitivityFormat.Csv;
    }

    private static async Task<int> RunAsync(
        SensitivityRequest request,
        SensitivityFormat format,
        string? output,
        InvocationConfiguration streams,
        CancellationToken cancellation)
    {
        if (output is not null)
        {
            OutputPlace.PrepareFile(output, text => streams.Error.WriteLine($"cluster: {text}"));
        }

        bool isLive = StandardStreams.IsLive(streams.Error);
        var report = await new SensitivityWork(request, new SensitivityProgress(streams.Error, isLive)).RunAsync(cancellation);
        if (format == SensitivityFormat.Table)
        {
            SensitivityTables.Write(CommandConsole.For(streams.Output), report);
            return ExitCode.Done;
        }

        string text = format == SensitivityFormat.Json
            ? JsonSerializer.Serialize(report, PlanJson.Indented) + "\n"
            : SensitivityTables.Csv(report);
        if (output is null)
        {
            await streams.Output.WriteAsync(text);
        }
        else
        {
            AtomicFile.Write(output, text);
        }

        return ExitCode.Done;
    }
}
