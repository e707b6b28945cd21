using System.CommandLine;
using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Bench.Strategies;

/// <summary>
/// `bench search-strategies`: evaluations and images until each strategy, and the orders of other tools, have looked at the fastest plan
/// within the bound, on drawn networks of which every plan is known. One calibrator, and losses decide as measured, for all alike.
/// </summary>
internal static class StrategiesCommand
{
    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 20, Description = "networks on which all INT8 loses too much" };
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 10_000, Description = "images of an evaluation set" };
        var command = new Command("search-strategies", "What finding the fastest plan within the bound takes, on drawn networks.")
        {
            seeds, images,
        };
        command.SetAction(parsed => Run(parsed.GetValue(seeds), parsed.GetValue(images)));
        return command;
    }

    private static void Run(int seeds, int images)
    {
        (string Name, Action<Race, JobSpec, SearchSpace> Search)[] racers =
        [
            .. Enum.GetValues<StrategyKind>().Select(kind => (
                kind.ToString().ToLowerInvariant(),
                (Action<Race, JobSpec, SearchSpace>)((race, spec, space) => Product(race, spec with
                {
                    Options = spec.Options with { Strategy = kind },
                }, space)))),
            ("NNCF's order", (race, _, _) => Rivals.Nncf(race)),
            ("INC's order", (race, _, _) => Rivals.Inc(race)),
            ("YOLOv6's order", (race, _, _) => Rivals.YoloV6(race)),
        ];
        var races = new Race[seeds][];
        Parallel.For(0, seeds, seed => races[seed] = OnOne(seed, images, racers.Select(racer => racer.Search)));
        Console.WriteLine("| strategy | reached | evaluations until then | images until then | images in all | speed-up, mean share |");
        Console.WriteLine("|---|---|---|---|---|---|");
        for (var i = 0; i < racers.Length; i++)
        {
            var own = races.Select(of => of[i]).ToArray();
            var reached = own.Select(race => race.Reached).OfType<(int Evaluations, long Images)>().ToArray();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {racers[i].Name} | {reached.Length} of {seeds} | {Median(reached.Select(spent => (long)spent.Evaluations))} "
                + $"| {Median(reached.Select(spent => spent.Images))} | {Median(own.Select(race => race.Images))} "
                + $"| {own.Average(race => race.Share):P1} |"));
        }
    }

    // Where everything in 8 bits is accurate enough, there is nothing to search for.
    private static Race[] OnOne(int seed, int images, IEnumerable<Action<Race, JobSpec, SearchSpace>> racers)
    {
        for (var draw = 0; ; draw++)
        {
            var network = new SampledNetwork((ulong)SplitMix64.Derive(seed, $"strategies {draw}") << 11, images)
            {
                Methods = ["mse"],
            };
            var results = new Dictionary<WorkItem, WorkResult>();
            var first = new Race(network, results);
            if (first.Look(first.Start) > first.Bound)
            {
                return
                [
                    .. racers.Select(search =>
                    {
                        var race = new Race(network, results);
                        search(race, network.Spec, network.Space);
                        return race;
                    }),
                ];
            }
        }
    }

    private static void Product(Race race, JobSpec spec, SearchSpace space)
    {
        spec = spec with { Options = spec.Options with { Decision = DecisionRule.Measured } };
        var state = JobState.Fold([new JobSubmitted(spec.JobId, spec, space)])!;
        var strategy = SearchStrategies.Of(spec.Options);
        while (strategy.Next(state) is ProposedRound round)
        {
            var after = state.Results.Count;
            var items = round.Items.Select((item, i) => new ProposedItem(after + i, item.Id, item)).ToArray();
            state.Apply(new RoundProposed(state.Rounds.Count, after, round.Purpose, items));
            foreach (var item in items)
            {
                state.Apply(new ItemCompleted(item.Sequence, item.Id, race.Ask(item.Item)));
            }
        }
    }

    private static string Median(IEnumerable<long> values)
    {
        long[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? "" : sorted[sorted.Length / 2].ToString("N0", CultureInfo.InvariantCulture);
    }
}
