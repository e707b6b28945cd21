using System.CommandLine;
using System.Globalization;
using Cluster.Bench.Throughput;
using Cluster.Coordinator.Model.Options;
using Cluster.Simulation;
using Cluster.Simulation.Rehearsals;

namespace Cluster.Bench.Scale;

/// <summary>`bench cluster-simulation`: a whole cluster in this process on virtual time, in fine and in bad weather.</summary>
internal static class ClusterSimulationCommand
{
    private static readonly Weather Storm = new() { Lost = 0.002, Doubled = 0.02, Crashes = 12, Slow = 2, Bad = 2 };

    private static readonly (string Name, int Fewer, Weather Weather)[] Harms =
    [
        ("one fewer", 1, Weather.Fine),
        ("one fails everything", 0, new Weather { Bad = 1 }),
        ("one's device always fails", 0, new Weather { Faulty = 1 }),
        ("one is ten times slower", 0, new Weather { Slow = 1 }),
    ];

    public static Command Create()
    {
        var nodes = new Option<int[]>("--nodes")
        {
            Description = "one slot each",
            DefaultValueFactory = _ => [1, 64],
            AllowMultipleArgumentsPerToken = true,
        };
        var jobs = new Option<int>("--jobs") { DefaultValueFactory = _ => 1, Description = "submitted at once" };
        var candidates = new Option<int>("--candidates") { DefaultValueFactory = _ => 2000, Description = "of each job" };
        var strategy = new Option<StrategyKind?>("--strategy") { Description = "searches; without it the candidates are just so many" };
        var seeds = new Option<int>("--storms") { Description = "seeds with crashes, slow and bad nodes, lost and doubled messages" };
        var harm = new Option<bool>("--harm")
        {
            Description = "instead of storms: one node fewer, then one that fails everything, whose device always fails, that is slow",
        };
        var command = new Command("cluster-simulation", "A cluster in one process on virtual time: fine weather, then storms by seed.")
        {
            nodes, jobs, candidates, strategy, seeds, harm,
        };
        command.SetAction(parsed =>
        {
            Console.WriteLine(SimulationOutcome.Header);
            using var pool = new QuietPool();
            var network = Network(parsed.GetValue(strategy));
            var made = Enumerable.Range(0, parsed.GetValue(jobs))
                .Select(i => Job(network, $"j-{i:0000}", parsed.GetValue(strategy) is null ? parsed.GetValue(candidates) : null))
                .ToArray();
            foreach (var count in parsed.GetRequiredValue(nodes))
            {
                Console.WriteLine(SimulationOutcome.Of(network, Weather.Fine, seed: 0, count, made, pool).Row("fine"));
                foreach (var (name, fewer, weather) in parsed.GetValue(harm) ? Harms.Where(harm => harm.Fewer < count) : [])
                {
                    Console.WriteLine(SimulationOutcome.Of(network, weather, seed: 0, count - fewer, made, pool).Row(name));
                }

                for (var seed = 1; seed <= parsed.GetValue(seeds); seed++)
                {
                    Console.WriteLine(SimulationOutcome.Of(network, Storm, seed, count, made, pool)
                        .Row($"storm {seed.ToString(CultureInfo.InvariantCulture)}"));
                }
            }
        });
        return command;
    }

    private static RehearsedJob Job(SyntheticNetwork network, string id, int? candidates)
    {
        var job = RehearsedJob.Of(network, id);
        return candidates is { } count ? job with { Strategy = () => new ManyCandidates(count) } : job;
    }

    private static SyntheticNetwork Network(StrategyKind? strategy)
    {
        var network = new SyntheticNetwork
        {
            Damage = [.. Enumerable.Range(0, 24).Select(i => i % 3 == 0 ? 0.004 : 0.0002)],
            Float32Ms = [.. Enumerable.Repeat(1.0, 24)],
            Int8Ms = [.. Enumerable.Repeat(0.4, 24)],
            Images = 200,
        };
        return network with
        {
            Spec = network.Spec with { Options = network.Spec.Options with { Strategy = strategy } },
        };
    }
}
