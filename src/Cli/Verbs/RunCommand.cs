using Cluster.Cli.Verbs.Running;
using Cluster.Evaluation.Publishing;
using Cluster.Terminal.Jobs;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster run`: a job from end to end on this machine.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var json = CommonOptions.Json("print result.json on standard output");
        var command = new Command("run", CommandHelp.Describe(
            "Find the fastest quantized network that is accurate enough, prove it on the file it writes, and say why "
            + "each layer has its precision. Exits 6 if nothing is faster and accurate enough, 8 if the timing is unclear and 9 if "
            + "the data are proved to be wrong.",
            "run --model net.onnx --data folder:calib --eval folder:val,labels=val.csv -o OUT",
            "run --model net.onnx --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --max-drop 0.5% -o OUT",
            "run --model net.onnx --data idx:t10k-images-idx3-ubyte.gz --batch 1 --methods max,mse -o OUT",
            "run --model net.onnx --data folder:calib --target onnxruntime-cpu,libtorch-cuda -o OUT",
            "run --model net.onnx --data folder:calib --formats int8-safe --fleet OUT-avx2 -o OUT"));
        options.AddTo(command);
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "only begin: check everything, score FP32, look for wrong data, and say what the rest takes; nothing is written",
        };
        command.Options.Add(dryRun);
        command.Options.Add(json);
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            async () =>
            {
                var request = FleetTimes.Named(options.Request(parsed));
                foreach (string warning in options.Warnings(parsed))
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync($"cluster: warning: {warning}");
                }

                var requests = RunOnTargets.Of(request);
                if (parsed.GetValue(dryRun))
                {
                    return await DryRun.RunAsync(requests, parsed.InvocationConfiguration, parsed.GetValue(json), cancellation);
                }

                return requests.Length > 1
                    ? await RunOnTargets.RunAsync(request, requests, parsed, parsed.GetValue(json), cancellation)
                    : await RunAsync(request, parsed, parsed.GetValue(json), cancellation);
            },
            "run the same command again to resume the job, or with --max-minutes 0 to publish the best so far"));
        return command;
    }

    /// <summary>Runs the job and shows its result.</summary>
    public static async Task<int> RunAsync(JobRequest request, ParseResult parsed, bool json, CancellationToken cancellation)
    {
        var streams = parsed.InvocationConfiguration;
        var model = await JobAsync(request, parsed, cancellation);
        if (json)
        {
            await streams.Output.WriteAsync(await File.ReadAllTextAsync(new JobFolder(request.Output).Result, cancellation));
        }
        else
        {
            TerminalTables.Write(CommandConsole.For(streams.Output), model);
        }

        return CodeOf(model);
    }

    /// <summary>The exit code after jobs: of several, that of the one that is furthest from accepted.</summary>
    public static int CodeOf(params IReadOnlyCollection<ReportModel> models)
    {
        VerdictKind[] worstFirst = [VerdictKind.DataDoubted, VerdictKind.NothingFasterAccurate, VerdictKind.Unclear];
        var verdicts = models.Select(model => model.Result.Verdict.Kind).ToArray();
        return ExitCode.Of(worstFirst.Where(verdicts.Contains).DefaultIfEmpty(VerdictKind.Accepted).First());
    }

    /// <summary>Runs the job and returns the content of its report; the files are then in its folder.</summary>
    public static async Task<ReportModel> JobAsync(
        JobRequest request, ParseResult parsed, CancellationToken cancellation, TargetSweeps? sweeps = null)
    {
        var streams = parsed.InvocationConfiguration;
        OutputPlace.RequireWritable(request.Output);
        using var job = LocalJob.Open(request, sweeps);
        bool isTimed = request.LatencyTable is null;
        await JobNotes.WriteAsync(streams.Error, job.Opened, isTimed ? MachineLoad.Judge() : null, isTimed);
        var names = new JobNames(request.Inputs, CommandLine(parsed), Again: $"on an idle machine, {Again(parsed)}");
        JobOutcome outcome;
        using (var progress = new ProgressView(
            streams.Error, StandardStreams.IsLive(streams.Error), () => StandardStreams.Width))
        {
            job.Opened.Lazy.Said = progress.Note;
            outcome = await job.RunAsync(new JobPublisher(job.Opened, job.Folder, names), progress, cancellation);
        }

        var model = ReportModels.Of(job.Opened, job.Folder, names, outcome);
        var written = ResultDocument.Parse(await File.ReadAllTextAsync(job.Folder.Result, cancellation), job.Folder.Result);
        return model with
        {
            Result = model.Result with { Winner = model.Result.Winner with { Artefact = written.Winner.Artefact } },
        };
    }

    // The demo always starts over.
    private static string Again(ParseResult parsed) =>
        parsed.CommandResult.Command.Name == "run" ? $"{CommandLine(parsed, "--fresh", "--retime")} --retime" : CommandLine(parsed);

    // The typed command line, in the bootstrap script's form.
    private static string CommandLine(ParseResult parsed, params string[] without) =>
        "./cluster " + string.Join(' ', ConfigOption.Typed(parsed)
            .Where(word => !without.Contains(word))
            .Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word));
}
