using System.CommandLine;
using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Results;
using Cluster.Simulation;

namespace Cluster.Bench.Strategies;

/// <summary>
/// `bench search-patterns`: what deciding about repeated groups together takes and finds, beside deciding about each by itself, on drawn
/// networks whose block of groups is repeated and on which all INT8 loses more than half a point.
/// </summary>
internal static class PatternsCommand
{
    private static readonly StrategyKind[] Strategies = [StrategyKind.Greedy, StrategyKind.Anneal];

    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 40, Description = "networks" };
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 10_000, Description = "images of an evaluation set" };
        var repeats = new Option<int>("--repeats") { DefaultValueFactory = _ => 4, Description = "how often a block is repeated" };
        var command = new Command("search-patterns", "Repeated groups decided together or apart, on drawn networks.")
        {
            seeds, images, repeats,
        };
        command.SetAction(parsed => Run(parsed.GetValue(seeds), parsed.GetValue(images), parsed.GetValue(repeats)));
        return command;
    }

    private static void Run(int seeds, int images, int repeats)
    {
        var searches = new Found[seeds][];
        Parallel.For(0, seeds, seed => searches[seed] = OnOne(seed, images, repeats));
        Console.WriteLine("| strategy | patterns | evaluations | images | speed-up | faster than apart | slower than apart |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var place = 0;
        foreach (var strategy in Strategies)
        {
            var apart = place;
            foreach (var patterns in Enum.GetValues<PatternMoves>())
            {
                var own = searches.Select(of => of[place]).ToArray();
                var ratios = searches.Select(of => of[place].SpeedUp / of[apart].SpeedUp).ToArray();
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {strategy.ToString().ToLowerInvariant()} | {patterns.ToString().ToLowerInvariant()} "
                    + $"| {Median(own.Select(found => (double)found.Evaluations)):N0} "
                    + $"| {Median(own.Select(found => (double)found.Images)):N0} "
                    + $"| {own.Average(found => found.SpeedUp):F3} "
                    + $"| {ratios.Count(ratio => ratio > 1.01)} | {ratios.Count(ratio => ratio < 0.99)} |"));
                place++;
            }
        }
    }

    private static Found[] OnOne(int seed, int images, int repeats)
    {
        for (var draw = 0; ; draw++)
        {
            var network = new SampledNetwork((ulong)SplitMix64.Derive(seed, $"patterns {draw}") << 11, images, repeats)
            {
                Methods = ["mse"],
            };
            var groups = network.Space.Groups.Select(group => group.Name);
            var all = Plan.Uniform(GroupFormat.Int8, network.Spec.Options.Target, groups, "mse", biasCorrection: true);
            if (network.TrueDrop(all) > network.Spec.Options.MaxDrop)
            {
                return [.. Strategies.SelectMany(strategy => Enum.GetValues<PatternMoves>().Select(
                    patterns => Search(network, strategy, patterns)))];
            }
        }
    }

    private static Found Search(SampledNetwork network, StrategyKind strategy, PatternMoves patterns)
    {
        var spec = network.Spec;
        var options = spec.Options with { Strategy = strategy, Patterns = patterns };
        var outcome = JobOutcome.Of(ReplayedJob.Run(spec with { Options = options }, network.Space, network.Evaluate));
        return new Found(
            outcome.Evaluations.Full + outcome.Evaluations.Subset,
            outcome.Evaluations.Images,
            outcome.Selection.Feasible ? network.SpeedUp(outcome.Winner.Plan) : 1);
    }

    // Of two in the middle, the lower one: a count stays one.
    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }

    private sealed record Found(int Evaluations, long Images, double SpeedUp);
}
