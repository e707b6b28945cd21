using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Bench.Outcomes;

/// <summary>Plans drawn from a seed: all groups in 8 bits, then any mix of FP32, 8 bits and weights in 4 bits.</summary>
internal static class DrawnPlans
{
    private const double MostFloat = 0.8;

    public static GroupFormat Eight { get; } = GroupFormat.Int8;

    public static GroupFormat Four { get; } = GroupFormat.Integer(4, 8);

    public static IEnumerable<Plan> Of(string target, IReadOnlyList<string> groups, int count)
    {
        var random = new Random(7);
        for (int number = 0; number < count; number++)
        {
            bool isFirst = number == 0;
            double four = isFirst ? 0 : random.NextDouble() * random.NextDouble();
            double none = isFirst ? 0 : MostFloat * random.NextDouble();
            string calibrator = number % 2 == 0 ? "mse" : "max";
            var (eights, fours) = (In(Eight), In(Four));
            yield return new Plan(target, [.. groups.Select((group, i) =>
                random.NextDouble() < none ? GroupDecision.Baseline(group)
                : random.NextDouble() < four ? fours.Groups[i]
                : eights.Groups[i])]);

            Plan In(GroupFormat format) => Plan.Uniform(format, target, groups, calibrator, biasCorrection: number % 3 != 1);
        }
    }
}
