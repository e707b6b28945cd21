using System.CommandLine;
using System.Globalization;
using Cluster.Bench.Jobs;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Execution;
using Cluster.Networks.Preprocessing;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Plans;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Skipping;

/// <summary>`bench skipping`: a job beside the usual ways of leaving layers in FP32, and all their files timed in turn.</summary>
internal static class SkippingCommand
{
    private const string Calibrator = "mse";

    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "FP32 ONNX file" };
        var data = new Option<string>("--data") { Required = true, Description = "calibration images" };
        var eval = new Option<string>("--eval") { Required = true, Description = "labelled images" };
        var keep = new Option<string>("--keep") { Required = true, Description = "folder for jobs; what is there already is not used" };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 32, Description = "images a timed run" };
        var drop = new Option<double>("--max-drop") { DefaultValueFactory = _ => 0.005, Description = "share of the images" };
        var command = new Command("skipping", "A job beside skipping layers in order of sensitivity, and greedily.")
        {
            model, data, eval, keep, batch, drop,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var inputs = new JobInputs
            {
                Model = parsed.GetRequiredValue(model),
                Calibration = parsed.GetRequiredValue(data),
                Evaluation = parsed.GetRequiredValue(eval),
            };
            string folder = parsed.GetRequiredValue(keep);
            var rows = new List<SkippingRow>
            {
                await SearchAsync(inputs, folder, parsed.GetValue(batch), parsed.GetValue(drop), cancellation),
                await SkipAsync("ranked", SkippingOrders.Ranked, inputs, folder, parsed.GetValue(drop), cancellation),
                await SkipAsync("greedy", SkippingOrders.Greedy, inputs, folder, parsed.GetValue(drop), cancellation),
            };
            await WriteAsync(rows, inputs, parsed.GetValue(batch), cancellation);
        });
        return command;
    }

    private static async Task<SkippingRow> SearchAsync(
        JobInputs inputs, string folder, int batch, double drop, CancellationToken cancellation)
    {
        string output = Path.Combine(folder, "job");
        var run = await JobRun.StartAsync(
            output,
            [
                "--model", inputs.Model, "--data", inputs.Calibration!.Spec, "--eval", inputs.Evaluation!.Spec, "--batch", $"{batch}",
                "--max-drop", drop.ToString("R", CultureInfo.InvariantCulture), "--reconstruct", "never",
            ],
            cancellation);
        return new SkippingRow(
            "`run`",
            run.Result.Winner.Plan,
            run.Result.Winner.Accuracy!.Correct!.Value,
            run.Result.Evaluations.Images,
            run.Time,
            ModelFile.Read(Path.Combine(output, "winner.qdq.onnx")));
    }

    // A network of its own for each, so that none finds what another has read, calibrated or built.
    private static async Task<SkippingRow> SkipAsync(
        string name, Func<SkippedNetwork, int, Plan> order, JobInputs inputs, string folder, double drop, CancellationToken cancellation)
    {
        string calibration = Path.Combine(folder, name);
        if (Directory.Exists(calibration))
        {
            Directory.Delete(calibration, recursive: true);
        }

        using var hold = await new MachineLock().SharedAsync(cancellation);
        using var network = new SkippedNetwork(inputs, new JobOptions { Methods = [Calibrator] }, calibration, cancellation);
        int fewest = network.Float32Correct - (int)Math.Floor(drop * network.EvaluationImages);
        var plan = order(network, fewest);
        var (time, labelled) = (network.Time, network.Labelled);
        return new SkippingRow(name, plan, network.Correct(plan), labelled, time, network.File(plan)) { Unlabelled = network.Unlabelled };
    }

    private static async Task WriteAsync(
        IReadOnlyList<SkippingRow> rows, JobInputs inputs, int batch, CancellationToken cancellation)
    {
        var images = new ImageBatches(DataSource.Open(inputs.Evaluation!.Spec), Preprocess.LoadFor(inputs.Model), BatchSize: batch);
        ModelFile[] files = [NetworkFile.Open(inputs.Model).Float32Model, .. rows.Select(row => row.File)];
        using var hold = await new MachineLock().ExclusiveAsync(cancellation);
        var medians = TargetTiming
            .Measure(
                TargetList.Usual, files, threads: 1, images.Repeated(batch), FileTimer.Options(1, rows.Count), cancellation)
            .Sittings.Select(measured => measured.Summary.MedianMs).ToArray();
        Console.WriteLine($"FP32 takes {medians[0].ToString("F1", CultureInfo.InvariantCulture)} ms in turn with the files.");
        Console.WriteLine();
        Console.WriteLine("| found by | groups in FP32 | right | labelled images | others | seconds | ms | × FP32 |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (row, ms) in rows.Zip(medians.Skip(1)))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Name} | {row.Skipped} of {row.Plan.Groups.Count} | {row.Correct} | {row.Labelled:N0} "
                + $"| {(row.Unlabelled is { } others ? others.ToString("N0", CultureInfo.InvariantCulture) : "")} "
                + $"| {row.Time.TotalSeconds:F1} | {ms:F1} | {medians[0] / ms:F2} |"));
        }
    }
}
