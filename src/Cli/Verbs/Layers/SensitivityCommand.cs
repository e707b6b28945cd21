using Cluster.Evaluation.SingleSteps.Sensitivity;

namespace Cluster.Cli.Verbs.Layers;

/// <summary>`cluster sensitivity`: the effect of quantizing each group alone.</summary>
internal static class SensitivityCommand
{
    private const int DefaultImages = 2000;

    public static Command Create()
    {
        var request = new RequestOptions(JobLimits.Metric, JobLimits.Shape, JobLimits.Set, JobLimits.Seed)
        {
            Files = new()
            {
                Calibration = JobFileOptions.Data(
                    required: true, "calibration images; without --eval they are split, seeded, into calibration and evaluation"),
                Judged = JobFileOptions.Evaluation("labelled images that each group is tried on"),
            },
            Output = CommonOptions.Output(
                "FILE", "write to this file instead of standard output: JSON if it ends in .json, otherwise CSV", required: false),
        };
        var method = CommonOptions.Method();
        var images = NumberOptions.Positive(
            "--images",
            "evaluation images to use, drawn with the seed in the shares of their labels; all where there are fewer",
            DefaultImages);
        var leftOut = new Option<bool>("--left-out")
        {
            Description = "also measure, for each group, all others in INT8 and this one in FP32: one pass over the images each",
        };
        var json = CommonOptions.Json();
        var csv = new Option<bool>("--csv") { Description = "print comma-separated values on standard output" };
        var command = new Command("sensitivity", CommandHelp.Describe(
            "Rank the groups of a network by the effect of quantizing each alone: KL divergence of the softmax from FP32, "
            + "signal to noise of the group's output, and accuracy. One sweep over cached FP32 prefixes.",
            "sensitivity --model net.onnx --data folder:calib --eval folder:val,labels=val.csv",
            "sensitivity --model net.onnx --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --images 500 "
            + "--csv -o sensitivity.csv"))
        {
            method, images, leftOut, json, csv,
        };
        request.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var job = request.Read(parsed);
            string calibrator = parsed.GetValue(method) ?? GivenPlan.DefaultMethod;
            job = job with { Options = job.Options with { Methods = [calibrator], Calibrators = CalibratorScope.Network } };
            var format = Format(parsed.GetValue(json), parsed.GetValue(csv), job.Output);
            return await RunAsync(
                job, parsed.GetValue(images), parsed.GetValue(leftOut), format, parsed.InvocationConfiguration, cancellation);
        }));
        return command;
    }

    /// <summary>The format of the result.</summary>
    /// <exception cref="UsageException">Two formats were requested, or the output is a folder.</exception>
    internal static SensitivityFormat Format(bool json, bool csv, string output)
    {
        if (json && csv)
        {
            throw new UsageException("--json and --csv were both given; choose one.");
        }

        if (Directory.Exists(output))
        {
            throw new UsageException(
                $"the output '{output}' is a folder; give a file name such as {Path.Combine(output, "sensitivity.csv")}.");
        }

        return json ? SensitivityFormat.Json
            : csv ? SensitivityFormat.Csv
            : output.Length == 0 ? SensitivityFormat.Table
            : output.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? SensitivityFormat.Json
            : SensitivityFormat.Csv;
    }

    private static async Task<int> RunAsync(
        JobRequest job,
        int images,
        bool isLeftOut,
        SensitivityFormat format,
        InvocationConfiguration streams,
        CancellationToken cancellation)
    {
        if (job.Output.Length > 0)
        {
            OutputPlace.PrepareFile(job.Output, text => streams.Error.WriteLine($"cluster: {text}"));
        }

        var progress = new SensitivityProgress(streams.Error, StandardStreams.IsLive(streams.Error));
        var report = await new SensitivityWork(job, images, isLeftOut, progress).RunAsync(cancellation);
        if (format == SensitivityFormat.Table)
        {
            SensitivityTables.Write(CommandConsole.For(streams.Output), report);
            return ExitCode.Done;
        }

        string text = format == SensitivityFormat.Json
            ? JsonSerializer.Serialize(report, PlanJson.Indented) + "\n"
            : SensitivityTables.Csv(report);
        if (job.Output.Length == 0)
        {
            await streams.Output.WriteAsync(text);
        }
        else
        {
            AtomicFile.Write(job.Output, text);
        }

        return ExitCode.Done;
    }
}
