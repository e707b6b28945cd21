using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Cluster.Networks.Runtimes.Timing;

namespace Cluster.Bench.Jobs;

/// <summary>
/// `bench memory builds`: what one `run` has resident at most, and how long it takes, in several builds that run in turn; whether they find
/// the same plan and write the same file.
/// </summary>
internal static class MemoryBuildsCommand
{
    private const double Giga = 1e9;
    private const int Shown = 12;

    public static Command Create()
    {
        var keep = new Option<string>("--keep") { Required = true, Description = "folder for the jobs" };
        var programs = new Option<string[]>("--programs")
        {
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            Description = "Cluster.Cli of each build; the first is what the others are compared with",
        };
        var turns = new Option<int>("--turns") { DefaultValueFactory = _ => 3, Description = "runs of each, in turn" };
        var job = new Argument<string[]>("RUN")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "after --, as `run` takes them, without -o",
        };
        var command = new Command("builds", "Resident memory and seconds of one job in several builds, run in turn.")
        {
            keep, programs, turns, job,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string[] builds = parsed.GetRequiredValue(programs);
            List<JobRun>[] runs = [.. builds.Select(_ => new List<JobRun>())];
            Console.WriteLine("| build | turn | resident at most, GB | seconds | winner | its file |");
            Console.WriteLine("|---|---|---|---|---|---|");
            for (int turn = 0; turn < parsed.GetValue(turns); turn++)
            {
                for (int build = 0; build < builds.Length; build++)
                {
                    string output = Path.Combine(
                        parsed.GetRequiredValue(keep), string.Create(CultureInfo.InvariantCulture, $"{build}-{turn}"));
                    var run = await JobRun.StartAsync(output, parsed.GetRequiredValue(job), cancellation, builds[build]);
                    runs[build].Add(run);
                    string file = Convert.ToHexStringLower(
                        SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(output, "winner.qdq.onnx"), cancellation)));
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {build} | {turn} | {run.PeakBytes / Giga:f2} | {run.Time.TotalSeconds:f0} | "
                        + $"{run.Result.Winner.Plan.Digest[..Shown]} | {file[..Shown]} |"));
                }
            }

            for (int build = 1; build < builds.Length; build++)
            {
                var pairs = runs[0].Zip(runs[build]).ToArray();
                double bytes = LatencyStatistics.Median(pairs.Select(pair => (double)pair.Second.PeakBytes / pair.First.PeakBytes));
                double seconds = LatencyStatistics.Median(pairs.Select(pair => pair.Second.Time / pair.First.Time));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"build {build} beside build 0, medians of turns: memory {bytes:f2}, seconds {seconds:f2}"));
            }
        });
        return command;
    }
}
