namespace Cluster.Cli.Verbs;

/// <summary>
/// `cluster finetune`: quantization-aware training of a plan's numbers, as in a job; kept if the evaluation images show that it is better.
/// </summary>
internal static class FineTuneCommand
{
    public static Command Create()
    {
        var request = new RequestOptions(
            [.. JobLimits.Training, JobLimits.Metric, JobLimits.Shape, JobLimits.Set, JobLimits.Seed])
        {
            Files = new()
            {
                Training = JobFileOptions.Images(
                    "--train", "labelled training images; one in twenty is kept aside to choose the best epoch", required: true),
                Judged = JobFileOptions.Images(
                    "--eval", "labelled images that the plan's file and the trained one are compared on", required: true),
            },
            Output = CommonOptions.Output(
                "FILE.onnx", "the better file, its plan beside it; FILE.trained.onnx if that is not the trained one", required: true),
            Force = CommonOptions.Force(),
        };
        var plan = CommonOptions.File("--plan", "PLAN.json", "plan to begin with (winner.plan.json, or q.plan.json of quantize)");
        plan.Required = true;
        var calibration = CommonOptions.File("--calibration", "FOLDER", "calibration folder of the plan (default: the one beside it)");
        var device = CommonOptions.Device("where it is trained");
        var json = CommonOptions.Json();
        var command = new Command("finetune", CommandHelp.Describe(
            "Train the numbers of a plan (weights, quantization steps, biases) on labelled images, keeping the plan's precision of every "
            + "group, as a job with --fine-tune does. The trained file replaces the plan's own if the evaluation images show that it is "
            + "better, and is written in any case. Run the same command again to resume an interrupted training.",
            "finetune --model net.onnx --plan OUT/winner.plan.json --train cifar10:train.bin.gz --eval cifar10:test.bin.gz -o tuned.onnx",
            "finetune --model net.onnx --plan q.plan.json --train folder:train,labels=train.csv --eval folder:val,labels=val.csv "
            + "--epochs 4 --json -o tuned.onnx"))
        {
            plan, calibration, device, json,
        };
        request.AddTo(command);
        command.Reports(
            json,
            (parsed, say, cancellation) =>
            {
                var job = request.Read(parsed);
                string begun = parsed.GetValue(plan)!;
                var given = new GivenPlan
                {
                    Plan = begun,
                    Calibration = parsed.GetValue(calibration) ?? CalibrationFolder.Beside(begun),
                    Device = parsed.GetValue(device) is { } place ? ComputeDevice.Parse(place) : null,
                };
                given.Validate(job);
                return new QuantizeWork(job, given, say).RunAsync(cancellation);
            },
            QuantizeTables.Write,
            static _ => "run the same command again to continue");
        return command;
    }
}
