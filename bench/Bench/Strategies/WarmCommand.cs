using System.CommandLine;
using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Simulation;

namespace Cluster.Bench.Strategies;

/// <summary>
/// `bench search-warm`: what a second question about a network takes and finds that begins with the winner of the first, beside one that
/// does not, on drawn networks on which all INT8 loses more than either question allows.
/// </summary>
internal static class WarmCommand
{
    private static readonly (double First, double Second)[] Bounds = [(0.005, 0.005), (0.01, 0.005), (0.005, 0.01), (0.005, 0.003)];
    private static readonly StrategyKind[] Strategies = [StrategyKind.Greedy, StrategyKind.Knapsack, StrategyKind.Anneal];

    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 40, Description = "networks" };
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 10_000, Description = "images of an evaluation set" };
        var repeats = new Option<int>("--repeats") { DefaultValueFactory = _ => 4, Description = "how often a block is repeated" };
        var before = new Option<int?>("--images-before")
        {
            Description = "images of the first question (default: those of the second, whose results it shares)",
        };
        var command = new Command("search-warm", "A second question that begins with the first one's winner, or anew, on drawn networks.")
        {
            seeds, images, repeats, before,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(seeds), parsed.GetValue(images), parsed.GetValue(before) ?? parsed.GetValue(images), parsed.GetValue(repeats)));
        return command;
    }

    private static void Run(int seeds, int images, int before, int repeats)
    {
        Console.WriteLine(
            "| strategy | bound before | bound now | begins | evaluations | not known before | images | speed-up "
            + "| same winner | faster | slower |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var strategy in Strategies)
        {
            foreach (var (first, second) in Bounds)
            {
                var pairs = new (Found Cold, Found Warm)[seeds];
                Parallel.For(0, seeds, seed => pairs[seed] = OnOne(seed, images, before, repeats, strategy, first, second));
                Write(strategy, first, second, "anew", [.. pairs.Select(pair => (pair.Cold, pair.Cold))]);
                Write(strategy, first, second, "warm", pairs);
            }
        }
    }

    private static void Write(StrategyKind strategy, double first, double second, string begins, (Found Cold, Found Own)[] pairs) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {strategy.ToString().ToLowerInvariant()} | {first:P1} | {second:P1} | {begins} "
            + $"| {Median(pairs.Select(pair => (double)pair.Own.Evaluations)):N0} "
            + $"| {Median(pairs.Select(pair => (double)pair.Own.Unknown)):N0} "
            + $"| {Median(pairs.Select(pair => (double)pair.Own.Images)):N0} | {pairs.Average(pair => pair.Own.SpeedUp):F3} "
            + $"| {pairs.Count(pair => pair.Own.Winner.Equals(pair.Cold.Winner))} "
            + $"| {pairs.Count(pair => pair.Own.SpeedUp > 1.01 * pair.Cold.SpeedUp)} "
            + $"| {pairs.Count(pair => pair.Own.SpeedUp < 0.99 * pair.Cold.SpeedUp)} |"));

    private static (Found Cold, Found Warm) OnOne(
        int seed, int images, int before, int repeats, StrategyKind strategy, double first, double second)
    {
        for (var draw = 0; ; draw++)
        {
            SampledNetwork With(int count) =>
                new((ulong)SplitMix64.Derive(seed, $"warm {draw}") << 11, count, repeats) { Methods = ["mse"] };
            var network = With(images);
            var groups = network.Space.Groups.Select(group => group.Name);
            var all = Plan.Uniform(GroupFormat.Int8, network.Spec.Options.Target, groups, "mse", biasCorrection: true);
            if (network.TrueDrop(all) > Math.Max(first, second))
            {
                var usual = network.Spec.Options with { Strategy = strategy };
                var nothing = new Dictionary<WorkItem, WorkResult>();
                var asked = before == images ? network : With(before);
                var earlier = new Results(asked, nothing);
                var winner = Search(asked, earlier, usual with { MaxDrop = first }).Winner;
                var known = before == images ? earlier.Known : nothing;
                var now = usual with { MaxDrop = second };
                return (
                    Search(network, new Results(network, known), now),
                    Search(network, new Results(network, known), now with { FirstPlan = new FirstPlan(winner) }));
            }
        }
    }

    private static Found Search(SampledNetwork network, Results results, JobOptions options)
    {
        var outcome = JobOutcome.Of(ReplayedJob.Run(network.Spec with { Options = options }, network.Space, results.Of));
        return new Found(
            outcome.Evaluations.Full + outcome.Evaluations.Subset,
            results.Unknown,
            results.Images,
            outcome.Selection.Feasible ? network.SpeedUp(outcome.Winner.Plan) : 1,
            outcome.Winner.Plan);
    }

    // Of two in the middle, the lower one: a count stays one.
    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }

    /// <param name="Evaluations">Looks of the search, whether they had been made before or not.</param>
    /// <param name="Unknown">Those of them that had not: the others are in the cache.</param>
    /// <param name="Images">Images of these.</param>
    /// <param name="SpeedUp">The winner's.</param>
    /// <param name="Winner">The winner.</param>
    private sealed record Found(int Evaluations, int Unknown, long Images, double SpeedUp, Plan Winner);

    private sealed class Results(SampledNetwork network, IReadOnlyDictionary<WorkItem, WorkResult> before)
    {
        private readonly Dictionary<WorkItem, WorkResult> _known = new(before);

        public IReadOnlyDictionary<WorkItem, WorkResult> Known => _known;

        public int Unknown { get; private set; }

        public long Images { get; private set; }

        public WorkResult Of(WorkItem item)
        {
            if (_known.TryGetValue(item, out var known))
            {
                return known;
            }

            var result = _known[item] = network.Evaluate(item);
            (Unknown, Images) = result is AccuracyResult found ? (Unknown + 1, Images + found.Total) : (Unknown, Images);
            return result;
        }
    }
}
