namespace Cluster.Coordinator.Tests.Search;

public sealed class GreedyQualityTests
{
    [Fact]
    public async Task Run_SmallRandomNetworks_ComesCloseToTheBestOfAllPlans()
    {
        var ratios = new List<double>();
        for (var seed = 1UL; seed <= 12; seed++)
        {
            var network = Networks.Random(seed);
            if (network.Count > 9)
            {
                continue;
            }

            var outcome = await Jobs.RunAsync(network);

            var found = Math.Min(network.MsOf(outcome.Winner.Plan), network.MsOf(outcome.Result.Baselines.Fp32.Plan));
            ratios.Add(found / Best(network, outcome));
        }

        ratios.Count.ShouldBeGreaterThan(2);
        ratios.Max().ShouldBeLessThan(1.25, string.Join(' ', ratios));
        ratios.Average().ShouldBeLessThan(1.08, string.Join(' ', ratios));
    }

    /// <summary>The fastest accurate plan of all 2^groups with the calibrator that harms least.</summary>
    private static double Best(SyntheticNetwork network, JobOutcome outcome)
    {
        var names = network.Space.Groups.Select(group => group.Name).ToArray();
        var allowed = outcome.Result.Baselines.Fp32.Accuracy!.Correct - (network.Spec.Options.AcceptedDrop * network.Images);
        var best = double.MaxValue;
        for (var mask = 0; mask < 1 << network.Count; mask++)
        {
            var plan = new Plan(
                network.Spec.Options.Target,
                [.. names.Select(
                    (name, i) =>
                        GroupDecision.In(
                            (mask >> i & 1) != 0 ? GroupFormat.Int8 : GroupFormat.Baseline, name, "mse", biasCorrection: true))]);
            if (network.MsOf(plan) < best && network.Accuracy(plan, ImageScope.Full).Correct >= allowed)
            {
                best = network.MsOf(plan);
            }
        }

        return best;
    }
}
