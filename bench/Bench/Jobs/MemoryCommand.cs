using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Cluster.Glyphs;
using Cluster.Glyphs.Untrained;

namespace Cluster.Bench.Jobs;

/// <summary>
/// `bench memory`: the most that a whole job on a ResNet-50 with random weights has in memory, by the number of images, which calibrate
/// and are judged alike; `bench memory builds`: what one `run` takes in several builds.
/// </summary>
internal static class MemoryCommand
{
    private const int UsualSide = 224;
    private const int Seed = 50;
    private const double Giga = 1e9;

    public static Command Create()
    {
        var keep = new Option<string>("--keep") { Required = true, Description = "folder for network, images and jobs" };
        var images = new Option<int[]>("--images")
        {
            DefaultValueFactory = _ => [256, 512, 1024, 2048],
            AllowMultipleArgumentsPerToken = true,
            Description = "how many, a job for each",
        };
        var side = new Option<int>("--side") { DefaultValueFactory = _ => UsualSide, Description = "pixels of an image's side" };
        var memory = new Option<string>("--memory") { DefaultValueFactory = _ => "2GB", Description = "as `run` takes it" };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 8, Description = "images a timed run" };
        var budget = new Option<int>("--budget-evals") { DefaultValueFactory = _ => 2, Description = "evaluations beyond the baselines" };
        var command = new Command("memory", "Resident memory of a whole job, by its images.") { keep, images, side, memory, batch, budget };
        command.Add(MemoryBuildsCommand.Create());
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(keep);
            int[] counts = parsed.GetRequiredValue(images);
            var sample = UntrainedSample.Write(folder, ResidualGraph.ToGraph(Seed, parsed.GetValue(side), classes: 10), counts.Max(), Seed);

            // What writing the sample took is given back: the jobs may have a cap that this process shares.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            Console.WriteLine("| images | resident at most, GB | seconds | winner | its file |");
            Console.WriteLine("|---|---|---|---|---|");
            foreach (int count in counts)
            {
                string spec = $"{sample.Images}@0..{count.ToString(CultureInfo.InvariantCulture)}";
                string output = Path.Combine(folder, $"job-{count}");
                string[] arguments =
                [
                    "--model", sample.Model, "--data", spec, "--eval", spec, "--metric", "output-kl", "--max-drop", "1", "--methods", "max",
                    "--reconstruct", "never", "--batch", $"{parsed.GetValue(batch)}", "--budget-evals", $"{parsed.GetValue(budget)}",
                    "--memory", parsed.GetRequiredValue(memory),
                ];
                var run = await JobRun.StartAsync(output, arguments, cancellation);
                string file = Convert.ToHexStringLower(
                    SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(output, "winner.qdq.onnx"), cancellation)));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {count} | {run.PeakBytes / Giga:f2} | {run.Time.TotalSeconds:f0} | {run.Pattern} | {file[..12]} |"));
            }
        });
        return command;
    }
}
