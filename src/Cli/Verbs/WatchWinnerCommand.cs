using Cluster.Cli.Verbs.Running;
using Cluster.Networks;
using Cluster.Terminal.Jobs;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster watch-winner`: a deployed winner against what its job promised of it, here and now.</summary>
internal static class WatchWinnerCommand
{
    private const string ProofFolder = "proof";
    private const string ProofJournal = "proofs.jsonl";

    public static Command Create()
    {
        var folder = new InputArgument("OUT") { Description = "the output folder of a finished job" };
        var evaluation = JobFileOptions.Images(
            "--eval", "images to prove it on, such as last week's; without labels, what it answers otherwise than FP32 counts "
            + "(default: those of the job)", required: false);
        var model = JobFileOptions.Model();
        model.Required = false;
        var data = JobFileOptions.Data(required: false);
        InputOption[] files = [model, data, evaluation, JobFileOptions.Preprocess()];
        var runtime = new Option<string?>("--runtime")
        {
            Description = $"library of another ONNX Runtime, {OrtRuntime.LeastLibrary} or newer, or its folder, such as the one that "
                + "Node has",
            HelpName = "LIB",
        };
        var memory = CommonOptions.Memory();
        var json = CommonOptions.Json();
        var command = new Command("watch-winner", CommandHelp.Describe(
            "Hold a deployed winner against its promises again: on this machine, this ONNX Runtime and these images. Checked are the "
            + "file's outputs against the plan (gate), its accuracy, its latency in turn with FP32, and whether its ranges fit the images. "
            + "Each run adds a line to OUT/proofs.jsonl; OUT/proof has the last one's report. Exits 6 if a promise lapsed, 8 if one is "
            + "unclear.",
            "watch-winner OUT",
            "watch-winner OUT --eval folder:last-week",
            "watch-winner OUT --eval folder:last-week,labels=last-week.csv --json",
            "watch-winner OUT --runtime node_modules/onnxruntime-node/bin/napi-v6/linux/x64"))
        {
            folder, model, data, evaluation, files[3], runtime, memory, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            async () =>
            {
                if (parsed.GetValue(runtime) is { } library)
                {
                    OrtRuntime.Use(library);
                }

                string root = parsed.GetRequiredValue(folder);
                string[] given = [.. files.SelectMany(file =>
                    parsed.GetValue(file) is { } path ? [file.Name, path] : Array.Empty<string>())];
                var request = Request(root, given) with { Memory = parsed.GetValue(memory) };
                StartOver(new JobFolder(request.Output).Root, JobFolder.CalibrationIn(root));
                var found = await RunCommand.JobAsync(request, parsed, cancellation);
                var proof = new ProofRecord(
                    found.Result.Proof!, found.Result.Job.Versions, request.Inputs.Evaluation?.Spec ?? request.Inputs.Calibration!.Spec);
                await File.AppendAllTextAsync(
                    Path.Combine(root, ProofJournal), JsonSerializer.Serialize(proof, PlanJson.Options) + "\n", cancellation);
                await CommandReport.WriteAsync(parsed.InvocationConfiguration.Output, parsed.GetValue(json), proof, ProofTable.Write);
                return RunCommand.CodeOf(found);
            },
            "run the same command again: each proof starts over"));
        return command;
    }

    // What the winner was built from stays as it is: its ranges, and the numbers that it learned.
    private static void StartOver(string output, string calibration)
    {
        Directory.Delete(output, recursive: true);
        string own = JobFolder.CalibrationIn(output);
        Directory.CreateDirectory(own);
        foreach (string file in Directory.EnumerateFiles(calibration))
        {
            File.Copy(file, Path.Combine(own, Path.GetFileName(file)));
        }
    }

    // The job as it was given, but for what it searched and learned.
    private static JobRequest Request(string root, IReadOnlyList<string> given)
    {
        if (!File.Exists(Path.Combine(root, "winner.plan.json")) || !File.Exists(Path.Combine(root, "job.yaml")))
        {
            throw new NotFoundException(
                $"there is no winner.plan.json or no job.yaml in {root}: give the output folder of a finished job.");
        }

        var job = new JobFolder(root);
        var (winner, numbers) = (PlanFiles.Read(job.WinnerPlan).BuiltFrom, new CalibrationFolder(job.Calibration));
        var options = new RunOptions();
        var run = new Command("run");
        options.AddTo(run);
        var rooted = new RootCommand { run };
        DataRootOption.Install(rooted);
        var parsed = CommandRunner.Parse(
            rooted, ["run", "--config", job.Config, "--output", Path.Combine(root, ProofFolder), .. given]);
        if (parsed.Errors is [var error, ..])
        {
            throw new UsageException($"{job.Config}: {error.Message}");
        }

        var request = options.Request(parsed);
        return request with
        {
            Cache = null,
            Inputs = request.Inputs with
            {
                Training = null,
                Test = null,
                Deployed = new DeployedFiles(
                    job.WinnerModel,
                    job.WinnerPlan,
                    job.Result,
                    numbers.StatisticsPath,
                    DeployedFiles.RunAt(DateTimeOffset.UtcNow))
                {
                    Corrections = winner.Corrections is { } biases ? numbers.CorrectionsPath(biases) : null,
                    Learned = winner.Learned is { } learned ? numbers.LearnedPath(learned) : null,
                },
            },
            Options = request.Options.ToProve(),
        };
    }
}
