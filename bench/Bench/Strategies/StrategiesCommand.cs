using System.CommandLine;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Simulation;

namespace Cluster.Bench.Strategies;

/// <summary>
/// `bench search-strategies`: evaluations and images until each strategy, and the orders of other tools, have looked at the fastest plan
/// within the bound, on drawn networks of which every plan is known. One calibrator for all alike.
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
        var races = new Race[seeds][];
        Parallel.For(0, seeds, seed => races[seed] = OnOne(seed, images));
        RaceTable.Write(Console.Out, "speed-up", [.. Racers.All.Select(racer => racer.Name)], races);
    }

    // Where everything in 8 bits is accurate enough, there is nothing to search for.
    private static Race[] OnOne(int seed, int images)
    {
        for (var draw = 0; ; draw++)
        {
            var network = new SampledNetwork((ulong)SplitMix64.Derive(seed, $"strategies {draw}") << 11, images)
            {
                Methods = ["mse"],
            };
            var track = new RaceTrack(network.Spec, network.Space, network.SpeedUp, network.Evaluate);
            if (track.Drop(track.Start) > network.Spec.Options.AcceptedDrop)
            {
                return [.. Racers.All.Select(racer =>
                {
                    var race = new Race(track, SearchGoal.Fastest);
                    racer.Search(race);
                    return race;
                })];
            }
        }
    }
}
