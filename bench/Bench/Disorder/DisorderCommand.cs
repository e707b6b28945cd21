using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Plans;
using Cluster.Simulation;
using Cluster.Simulation.Disorder;

namespace Cluster.Bench.Disorder;

/// <summary>
/// `bench disorder`: jobs whose results come in any order, are lost or come twice, and whose coordinator crashes, of every strategy; each
/// must decide, byte for byte, what the same job in order decides.
/// </summary>
internal static class DisorderCommand
{
    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 10_000 };
        var command = new Command("disorder", "Decisions of jobs under reorder, loss, duplication and crash, byte for byte.") { seeds };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(seeds), cancellation));
        return command;
    }

    private static async Task RunAsync(int seeds, CancellationToken cancellation)
    {
        var strategies = Enum.GetValues<StrategyKind>();
        long began = Stopwatch.GetTimestamp();
        var expected = new Dictionary<StrategyKind, string>();
        foreach (var strategy in strategies)
        {
            expected[strategy] = await JobOf(strategy).InOrderAsync(cancellation);
        }

        var counts = new DisorderCounts[seeds];
        await Parallel.ForAsync(0, seeds, cancellation, async (seed, token) =>
        {
            var strategy = strategies[seed % strategies.Length];
            (string decisions, counts[seed]) = await JobOf(strategy).InDisorderAsync((ulong)SplitMix64.Derive(seed, "disorder"), token);
            if (!string.Equals(decisions, expected[strategy], StringComparison.Ordinal))
            {
                throw new JobException($"Seed {seed} of {strategy} decides something else than the same job in order: this is a defect.");
            }
        });
        var sum = counts.Aggregate((x, y) => x + y);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seeds:N0} seeds, {strategies.Length} strategies: {sum.Reordered:N0} results out of order, {sum.Lost:N0} lost, "
            + $"{sum.Repeated:N0} twice, {sum.Crashes:N0} crashes; all decisions equal; "
            + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, "
            + $"{Environment.CpuUsage.TotalTime.TotalSeconds:F1} s of processor time"));
    }

    private static DisorderedJob JobOf(StrategyKind strategy) => new(DisorderNetwork.For(strategy));
}
