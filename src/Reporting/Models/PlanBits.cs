using Cluster.Coordinator.Plans;

namespace Cluster.Reporting.Models;

/// <summary>How many groups of a plan have how many bits, in words.</summary>
public static class PlanBits
{
    private const int Int8 = 8;

    /// <summary>"20 of 22 groups in INT8"; below 8 bits "22 of 22 groups quantized: 2 in INT8, 20 in W4A4".</summary>
    public static string Describe(Plan plan)
    {
        var bits = plan.Groups
            .Where(decision => decision.Precision == Precision.Int8)
            .GroupBy(decision => (decision.WeightBits, decision.ActivationBits))
            .OrderByDescending(same => same.Key)
            .Select(same => (same.Key.WeightBits, same.Key.ActivationBits, Count: same.Count()))
            .ToArray();
        string share = $"{plan.Int8Count} of {plan.Groups.Count} groups";
        return bits.All(same => same is { WeightBits: Int8, ActivationBits: Int8 })
            ? $"{share} in INT8"
            : $"{share} quantized: "
                + $"{string.Join(", ", bits.Select(same => $"{same.Count} in {Name(same.WeightBits, same.ActivationBits)}"))}";
    }

    private static string Name(int weights, int activations) =>
        (weights, activations) is (Int8, Int8) ? "INT8" : $"W{weights}A{activations}";
}
