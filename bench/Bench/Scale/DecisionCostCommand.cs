using System.CommandLine;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Simulation;

namespace Cluster.Bench.Scale;

/// <summary>`bench decisions`: what a decision and a candidate cost a job's coordinator, by how many there were before.</summary>
internal static class DecisionCostCommand
{
    public static Command Create()
    {
        var candidates = new Option<int[]>("--candidates")
        {
            Description = "evaluations of each job",
            DefaultValueFactory = _ => [1_000, 10_000, 100_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var strategy = new Option<StrategyKind?>("--strategy") { Description = "of the job; without it plans are drawn at random" };
        var groups = new Option<int>("--groups") { DefaultValueFactory = _ => 24, Description = "of the network" };
        var images = new Option<int>("--images")
        {
            Description = "of the evaluation set; below 512 every candidate is evaluated on all of them",
            DefaultValueFactory = _ => 500,
        };
        var minutes = new Option<double?>("--max-minutes") { Description = "as of the job" };
        var command = new Command("decisions", "Milliseconds a decision, microseconds a candidate and bytes held, by candidates.")
        {
            candidates, strategy, groups, images, minutes,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            Console.WriteLine(DecisionCost.Header);
            foreach (var count in parsed.GetRequiredValue(candidates))
            {
                var network = Network(parsed.GetValue(groups), parsed.GetValue(images));
                var options = network.Spec.Options with
                {
                    Strategy = parsed.GetValue(strategy),
                    BudgetEvaluations = count,
                    MaxMinutes = parsed.GetValue(minutes),
                };
                Console.WriteLine((await DecisionCost.MeasureAsync(network, options, cancellation)).Row(options.Strategy));
            }
        });
        return command;
    }

    /// <summary>In 8 bits it loses about twice as much as it may, so every strategy has to search.</summary>
    public static SyntheticNetwork Network(int groups, int images)
    {
        var random = new SplitMix64(1);
        double[] shares = [.. Enumerable.Range(0, groups).Select(_ => (1 + random.Below(100)) / 50.0)];
        return new SyntheticNetwork
        {
            Damage = [.. shares.Select(share => 0.02 * share / groups)],
            Float32Ms = [.. shares.Select(_ => 0.5 + (random.Below(100) / 100.0))],
            Int8Ms = [.. shares.Select(_ => 0.2 + (random.Below(50) / 100.0))],
            Images = images,
        };
    }
}
