using Cluster.Plans;

namespace Cluster.Bench.Skipping;

/// <summary>
/// How layers that stay in FP32 are usually found, by accuracy alone: ever more of them until the bound is kept, each time looked at on all
/// evaluation images.
/// </summary>
internal static class SkippingOrders
{
    /// <summary>
    /// The order of sensitivity, which is measured once: the divergence that one group alone in INT8 causes (ModelOpt and the
    /// pytorch-quantization guide describe it so).
    /// </summary>
    /// <param name="fewest">Images right that will do.</param>
    public static Plan Ranked(SkippedNetwork network, int fewest)
    {
        int groups = network.AllInt8.Groups.Count;
        int[] order = [.. Enumerable.Range(0, groups).OrderByDescending(group => network.Kl(
            network.AllInt8.With(Enumerable.Range(0, groups).Where(other => other != group), GroupFormat.Baseline)))];
        int skipped = 0;
        var plan = network.AllInt8;
        while (network.Correct(plan) < fewest && skipped < groups)
        {
            plan = plan.With([order[skipped++]], GroupFormat.Baseline);
        }

        return plan;
    }

    /// <summary>Each time the group whose return to FP32 leaves the least divergence.</summary>
    /// <param name="fewest">Images right that will do.</param>
    public static Plan Greedy(SkippedNetwork network, int fewest)
    {
        var plan = network.AllInt8;
        while (network.Correct(plan) < fewest && !plan.IsBaseline)
        {
            var from = plan;
            plan = Enumerable.Range(0, from.Groups.Count)
                .Where(group => !from.Groups[group].Format.IsBaseline)
                .Select(group => from.With([group], GroupFormat.Baseline))
                .MinBy(network.Kl)!;
        }

        return plan;
    }
}
