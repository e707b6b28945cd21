using System.CommandLine;
using System.Globalization;
using Cluster.Glyphs.Untrained;
using Cluster.Kernels.Graphs;

namespace Cluster.Bench.Jobs;

/// <summary>
/// `bench untrained`: whole jobs on networks with hardswish, squeeze-and-excite and SiLU, with random weights whose signals live on or die
/// out, and both ways of exporting hardswish beside each other.
/// </summary>
internal static class UntrainedCommand
{
    private const int Seed = 3;
    private const int Side = 96;
    private const int Images = 300;

    private static readonly (string Name, Func<Fan, ModelGraph> Graph)[] Networks =
    [
        (HardSwishForms.Names[0], fan => HardSwishForms.Graph(HardSwishForms.Names[0], fan, Side, Seed)),
        (HardSwishForms.Names[1], fan => HardSwishForms.Graph(HardSwishForms.Names[1], fan, Side, Seed)),
        ("efficientnet", fan => EfficientNet.ToGraph(Seed, fan, Side)),
    ];

    public static Command Create()
    {
        var keep = new Option<string>("--keep") { Required = true, Description = "folder for networks, images and jobs" };
        var only = new Option<string>("--only") { DefaultValueFactory = _ => "", Description = "part of a network's name, or 'forms'" };
        var command = new Command("untrained", "Jobs on MobileNetV3 and EfficientNet with random weights.") { keep, only };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(keep);
            string part = parsed.GetRequiredValue(only);
            await WriteJobsAsync(folder, part, cancellation);
            if ("forms".Contains(part, StringComparison.Ordinal))
            {
                await HardSwishForms.WriteAsync(folder, Side, Seed, cancellation);
            }
        });
        return command;
    }

    private static async Task WriteJobsAsync(string folder, string part, CancellationToken cancellation)
    {
        Console.WriteLine("| network | weights | FP32 right | winner right | in INT8 | speed-up | past the gate, exact codes | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (name, graph) in Networks.Where(network => network.Name.Contains(part, StringComparison.Ordinal)))
        {
            foreach (var fan in new[] { Fan.In, Fan.Out })
            {
                string place = Path.Combine(folder, $"{name}-{fan}");
                var sample = UntrainedSample.WriteLabelled(place, graph(fan), Images, Seed);
                string[] arguments =
                [
                    "--model", sample.Model, "--data", $"{sample.Images}@0..100", "--eval", $"{sample.Images}@100..", "--max-drop", "5%",
                    "--batch", "4", "--reconstruct", "never",
                ];
                var run = await JobRun.StartAsync(Path.Combine(place, "job"), arguments, cancellation);
                Console.WriteLine(Row(name, fan, run));
            }
        }
    }

    private static string Row(string name, Fan fan, JobRun run)
    {
        var (winner, float32) = (run.Result.Winner, run.Result.Baselines.Fp32);
        string gate = run.Result.Parity is { } parity ? string.Create(CultureInfo.InvariantCulture, $"{parity.ExactShare:p3}") : "is FP32";
        string speed = winner.Latency is { } latency
            ? string.Create(CultureInfo.InvariantCulture, $"{latency.Float32MedianMs / latency.MedianMs:f2}")
            : "1.00";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {fan} | {float32.Accuracy?.Correct} | {winner.Accuracy?.Correct} | "
            + $"{run.Pattern.Count(format => format == '8')} of {run.Pattern.Length} | {speed} | {gate} | {run.Time.TotalSeconds:f0} |");
    }
}
