using System.CommandLine;
using System.Globalization;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Targets;
using Cluster.Glyphs.Untrained;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Jobs;

/// <summary>
/// `bench one-answer`: the same job at batch 1 again and again, on a depthwise network of some tens of microseconds or a given one, and
/// its winner timed in turn with plans made by hand. Any plan is accurate enough, so that time alone decides.
/// </summary>
internal static class AnswersCommand
{
    private const int Seed = 5;
    private const int Side = 32;
    private const int Images = 200;

    public static Command Create()
    {
        var keep = new Option<string>("--keep") { Required = true, Description = "folder for network, images and jobs" };
        var times = new Option<int>("--times") { DefaultValueFactory = _ => 5, Description = "jobs" };
        var model = new Option<string?>("--model") { Description = "another network" };
        var data = new Option<string?>("--data") { Description = "its images, which calibrate and are judged" };
        var command = new Command("one-answer", "The same job at batch 1 several times, and its winner beside plans made by hand.")
        {
            keep, times, model, data,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(keep);
            var sample = (parsed.GetValue(model), parsed.GetValue(data)) is ({ } network, { } images)
                ? new UntrainedSample(network, images)
                : UntrainedSample.Write(folder, DepthwiseNet.ToGraph(Seed, Side), Images, Seed);
            string[] arguments =
            [
                "--model", sample.Model, "--data", sample.Images, "--eval", sample.Images, "--metric", "output-kl", "--max-drop", "100",
                "--methods", "mse", "--reconstruct", "never", "--batch", "1",
            ];
            Console.WriteLine("| job | winner | speed-up (95 %) |");
            Console.WriteLine("|---|---|---|");
            for (int i = 0; i < parsed.GetValue(times); i++)
            {
                var run = await JobRun.StartAsync(Path.Combine(folder, $"job-{i}"), arguments, cancellation);
                Console.WriteLine($"| {i + 1} | {run.Pattern} | {SpeedUp(run)} |");
            }

            byte[] winner = await File.ReadAllBytesAsync(Path.Combine(folder, "job-0", "winner.qdq.onnx"), cancellation);
            await WriteByHandAsync(sample, winner, cancellation);
        });
        return command;
    }

    private static string SpeedUp(JobRun run) => run.Result.Winner.Latency is { Ci95: [var low, var high] } latency
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{latency.Float32MedianMs / latency.MedianMs:f2} ({latency.Float32MedianMs / high:f2}–{latency.Float32MedianMs / low:f2})")
        : "not timed";

    private static async Task WriteByHandAsync(UntrainedSample sample, byte[] winner, CancellationToken cancellation)
    {
        var network = NetworkFile.Open(sample.Model);
        var images = new ImageBatches(DataSource.Open(sample.Images), Preprocess.LoadFor(sample.Model), BatchSize: 16);
        var plans = HandMade.Plans(network.Grouped);
        Func<int, bool>[] choices = [.. plans.Select(plan => (Func<int, bool>)(group => plan[group] == '8'))];
        var files = IntegerFile.Make(network, images, choices, Environment.ProcessorCount, cancellation);
        using var hold = await new MachineLock().ExclusiveAsync(cancellation);
        byte[][] models = [network.Float32Model, winner, .. files];
        var medians = TargetTiming
            .Measure(TargetList.Usual, models, threads: 1, images.Repeated(1), FileTimer.Options(1, models.Length - 1), cancellation)
            .Select(measurement => measurement.Summary.MedianMs).ToArray();
        Console.WriteLine();
        Console.WriteLine("| plan | speed-up |");
        Console.WriteLine("|---|---|");
        foreach (var (name, ms) in plans.Prepend("the job's winner").Zip(medians.Skip(1)).OrderBy(row => row.Second))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {medians[0] / ms:f3} |"));
        }
    }
}
