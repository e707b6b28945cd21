using System.CommandLine;
using Cluster.Coordinator;
using Cluster.Silo.Jobs;
using Cluster.Silo.Publishing;
using Cluster.Silo.Reports;

namespace Cluster.Silo.Commands;

/// <summary>`cluster run`: a job from end to end on this machine.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "FP32 network, ONNX" };
        var data = new Option<string>("--data") { Required = true, Description = "calibration images; without --eval they are split, seeded, into calibration and evaluation" };
        var evaluation = new Option<string?>("--eval") { Description = "labelled images that the search looks at" };
        var test = new Option<string?>("--test") { Description = "labelled images looked at once, for the winner" };
        var preprocess = new Option<string?>("--preprocess") { Description = "preprocessing JSON (default: MODEL.preprocess.json beside the model)" };
        var output = new Option<string>("--output", "-o") { Required = true, Description = "folder of the result; an interrupted job in it is resumed" };
        var maxDrop = new Option<double>("--max-drop") { Description = "largest accepted loss of top-1, e.g. 0.5% or 0.005", DefaultValueFactory = _ => 0.005, CustomParser = result => Fraction.Parse(result.Tokens[0].Value) };
        var confidence = new Option<double?>("--confidence") { Description = "demand that the bound on the loss holds at this one-sided confidence, e.g. 0.95" };
        var methods = new Option<string>("--methods") { Description = "calibrators to try, in order of preference", DefaultValueFactory = _ => "max,percentile:99.99,kl,mse" };
        var budget = new Option<int?>("--budget-evals") { Description = "most accuracy evaluations to spend" };
        var batch = new Option<int>("--batch") { Description = "images a run when latency is measured", DefaultValueFactory = _ => 32 };
        var threads = new Option<int>("--threads") { Description = "threads of the runtime when latency is measured", DefaultValueFactory = _ => 1 };
        var workers = new Option<int>("--workers") { Description = "candidates evaluated at once; does not change the winner", DefaultValueFactory = _ => 1 };
        var seed = new Option<long>("--seed") { Description = "seed of every random choice" };
        var cache = new Option<string>("--cache") { Description = "folder of results across jobs, or none", DefaultValueFactory = _ => DefaultCache() };
        var table = new Option<string?>("--latency-table") { Description = "latency.json of another run, used instead of measuring" };
        var target = new Option<string>("--target") { Description = "runtime to place and measure for", DefaultValueFactory = _ => "onnxruntime-cpu" };
        var fresh = new Option<bool>("--fresh") { Description = "begin anew in a folder that holds a job" };
        var json = new Option<bool>("--json") { Description = "print result.json on standard output" };
        var command = new Command("run", """
            Find the fastest quantized network that is accurate enough, prove it on the file it writes, and say why each layer has its precision.

            Examples:
              ./cluster run --model net.onnx --data folder:calib --eval folder:val,labels=val.csv -o OUT
              ./cluster run --model net.onnx --data cifar10:train.bin.gz@0..512 --eval cifar10:test.bin.gz --max-drop 0.5% -o OUT
              ./cluster run --model net.onnx --data idx:t10k-images-idx3-ubyte.gz --batch 1 --methods max,mse -o OUT
            """)
        {
            model, data, evaluation, test, preprocess, output, maxDrop, confidence, methods, budget, batch, threads, workers, seed, cache, table, target, fresh, json,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            () => RunAsync(
                new JobRequest
                {
                    Model = parsed.GetRequiredValue(model),
                    Calibration = parsed.GetRequiredValue(data),
                    Evaluation = parsed.GetValue(evaluation),
                    Test = parsed.GetValue(test),
                    Preprocess = parsed.GetValue(preprocess),
                    Output = parsed.GetRequiredValue(output),
                    MaxDrop = parsed.GetValue(maxDrop),
                    Confidence = parsed.GetValue(confidence),
                    Methods = parsed.GetRequiredValue(methods).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                    BudgetEvaluations = parsed.GetValue(budget),
                    Batch = parsed.GetValue(batch),
                    Threads = parsed.GetValue(threads),
                    Workers = parsed.GetValue(workers),
                    Seed = parsed.GetValue(seed),
                    Cache = parsed.GetRequiredValue(cache) is "none" ? null : parsed.GetRequiredValue(cache),
                    LatencyTable = parsed.GetValue(table),
                    Target = parsed.GetRequiredValue(target),
                    Fresh = parsed.GetValue(fresh),
                },
                CommandLine(parsed),
                parsed.GetValue(json),
                cancellation),
            "run the same command again to resume the job"));
        return command;
    }

    /// <summary>What was typed, as the bootstrap script takes it.</summary>
    internal static string CommandLine(ParseResult parsed) =>
        "./cluster " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"'{token.Value}'" : token.Value));

    public static async Task<int> RunAsync(JobRequest request, string commandLine, bool json, CancellationToken cancellation)
    {
        using var job = LocalJob.Open(request);
        foreach (string warning in job.Data.Warnings)
        {
            await Console.Error.WriteLineAsync($"cluster: warning: {warning}");
        }

        using var progress = new ProgressView(Console.Error, Terminal.IsError, () => Terminal.Width);
        job.Said += progress.Note;
        var publisher = new JobPublisher(job, commandLine);
        JobOutcome outcome;
        try
        {
            outcome = await job.RunAsync(publisher, progress, cancellation);
        }
        finally
        {
            progress.Dispose();
        }

        if (json)
        {
            await Console.Out.WriteAsync(await File.ReadAllTextAsync(job.Folder.Result, cancellation));
        }
        else
        {
            TerminalTables.Write(Terminal.Output(), ReportModels.Of(job, outcome, null, commandLine));
        }

        return ExitCode.Done;
    }

    private static string DefaultCache()
    {
        string root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(root, "cluster", "evaluations");
    }
}
