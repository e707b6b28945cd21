using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Objectives;

/// <summary>The plan that a job tries first: see <see cref="JobOptions.FirstPlan"/>.</summary>
public static class FirstPlans
{
    /// <summary>Checks that it decides the network's groups, for the job's target.</summary>
    /// <exception cref="JobException">It does not fit.</exception>
    public static void Check(JobOptions options, SearchSpace space)
    {
        if (options.FirstPlan is not { Plan: var plan })
        {
            return;
        }

        var missing = space.Groups.Select(group => group.Name).Except(plan.Groups.Select(group => group.Group)).FirstOrDefault();
        if (missing is not null || plan.Groups.Count != space.Groups.Count)
        {
            throw new JobImpossibleException(
                $"{JobLimits.FirstPlan.Name} decides {plan.Groups.Count} groups where the network has {space.Groups.Count}"
                + (missing is null ? string.Empty : $", and does not decide {missing}") + ": give a plan of the same network.");
        }

        if (!string.Equals(plan.Target, options.Target, StringComparison.Ordinal))
        {
            throw new JobImpossibleException(
                $"{JobLimits.FirstPlan.Name} is a plan for {plan.Target} where the job's target is {options.Target}: give a plan for that "
                + "target, as another one places and times groups otherwise.");
        }
    }

    /// <summary>
    /// The plan, with FP32 for groups that the job keeps so or whose format it does not offer, and rounding to nearest for those with
    /// another job's learned roundings; null if nothing is left.
    /// </summary>
    internal static Plan? For(SearchMemory memory)
    {
        if (memory.Spec.Options.FirstPlan is not { Plan: var asked })
        {
            return null;
        }

        var decisions = asked.Groups.ToDictionary(group => group.Group, StringComparer.Ordinal);
        var plan = new Plan(asked.Target, [.. memory.Space.Groups.Select((group, i) =>
            decisions[group.Name] is var decision && memory.Choice.MayQuantize(i) && memory.Formats.All.Contains(decision.Format)
                ? decision.IsRepaired ? decision with { Rounding = GroupDecision.Nearest } : decision
                : GroupDecision.Baseline(group.Name))]);
        return plan.IsBaseline ? null : plan;
    }
}
