using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Bench.Spaces;

/// <summary>
/// Every plan that has some groups in 8 bits, by one calibrator, and leaves the others in FP32; numbered by which they are.
/// </summary>
internal sealed class PlanSpace(string target, SearchSpace space)
{
    /// <summary>The one calibrator.</summary>
    public const string Calibrator = "mse";

    /// <summary>How many plans there are, FP32, number 0, among them.</summary>
    public int Count => 1 << space.Groups.Count;

    /// <summary>The plan of a number: bit i says whether group i is in 8 bits.</summary>
    public Plan Of(int number, bool corrected) => Plan
        .Uniform(GroupFormat.Int8, target, space.Groups.Select(group => group.Name), Calibrator, corrected)
        .With(Enumerable.Range(0, space.Groups.Count).Where(group => (number >> group & 1) == 0), GroupDecision.Baseline);

    /// <summary>All groups in 8 bits by largest values, nothing corrected: what a job compares its winner with.</summary>
    public Plan FirstAttempt =>
        Plan.Uniform(GroupFormat.Int8, target, space.Groups.Select(group => group.Name), "max", biasCorrection: false);

    /// <summary>The number of a plan, its biases corrected or not; null where it is none of this space.</summary>
    public static int? NumberOf(Plan plan)
    {
        int number = 0;
        for (int group = 0; group < plan.Groups.Count; group++)
        {
            var decision = plan.Groups[group];
            if (!decision.Format.IsBaseline)
            {
                number |= 1 << group;
                if (decision.Format != GroupFormat.Int8 || decision.Calibrator != Calibrator)
                {
                    return null;
                }
            }
        }

        return number;
    }

    /// <summary>A plan in a line: 8 where a group is in 8 bits, a dot where it is in FP32.</summary>
    public string Words(int number) =>
        string.Concat(Enumerable.Range(0, space.Groups.Count).Select(group => (number >> group & 1) == 0 ? '.' : '8'));
}
