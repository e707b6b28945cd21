using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Simulation;

namespace Cluster.Bench.Decisions;

/// <summary>
/// `bench search-decisions`: how often each rule accepts a plan that truly loses more than the bound, how far its reported drop is off,
/// how often its interval holds, and what speed it gives away. The search is the product's; networks and images are drawn.
/// </summary>
internal static class DecisionsCommand
{
    private static readonly (string Name, Func<JobOptions, JobOptions> Choose)[] Rules =
    [
        ("default", options => options),
        ("--confidence 0.95", options => options with { Confidence = 0.95 }),
    ];

    public static Command Create()
    {
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 1000, Description = "networks, each with images of its own" };
        var images = new Option<string>("--images")
        {
            DefaultValueFactory = _ => "800,3000,10000",
            Description = "sizes of evaluation sets"
        };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "draws networks and images" };
        var strategy = new Option<StrategyKind?>("--strategy") { Description = "one of them (default: all)" };
        var loss = new Option<SampledLoss>("--loss") { Description = "how plans lose, and what their divergence tells of it" };
        var command = new Command("search-decisions", "Wrong acceptances, bias, coverage and power of decision rules, on drawn networks.")
        {
            jobs, images, seed, strategy, loss
        };
        command.SetAction(parsed =>
        {
            var began = Stopwatch.GetTimestamp();
            Console.WriteLine(DecisionTally.Header);
            foreach (string size in parsed.GetRequiredValue(images).Split(','))
            {
                int count = int.Parse(size, CultureInfo.InvariantCulture);
                foreach (var kind in parsed.GetValue(strategy) is { } one ? [one] : Enum.GetValues<StrategyKind>())
                {
                    var tallies = Run(parsed.GetValue(jobs), count, parsed.GetValue(seed), kind, parsed.GetValue(loss));
                    foreach (var ((name, _), tally) in Rules.Zip(tallies))
                    {
                        Console.WriteLine(tally.Row(count, $"{kind.ToString().ToLowerInvariant()}, {name}"));
                    }
                }
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"\n{Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
        });
        return command;
    }

    private static DecisionTally[] Run(int jobs, int images, int seed, StrategyKind strategy, SampledLoss loss)
    {
        var trials = new DecisionTrial[jobs][];
        Parallel.For(0, jobs, job =>
        {
            var network = new SampledNetwork((ulong)SplitMix64.Derive(seed, $"network {job}") << 11, images, loss: loss);
            var measured = new MeasuredOnce(network);
            var best = network.BestSpeedUp();
            trials[job] =
            [
                .. Rules.Select(rule => rule.Choose(network.Spec.Options) with { Strategy = strategy })
                    .Select(options => DecisionTrial.Of(network, measured, best, options)),
            ];
        });
        return [.. Enumerable.Range(0, Rules.Length).Select(rule => new DecisionTally([.. trials.Select(of => of[rule])]))];
    }
}
