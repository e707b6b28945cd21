using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>What each group may be decided to be; the first alternative leaves it as it was trained.</summary>
internal sealed class DecisionSpace
{
    private readonly GroupDecision[][] _alternatives;

    /// <summary>
    /// The space of a job: FP32, the decision of <paramref name="start"/>, and the same with each other calibrator; FP32 alone where
    /// the job keeps a group so.
    /// </summary>
    public DecisionSpace(SearchMemory memory, Plan start) =>
        _alternatives =
        [
            .. start.Groups.Select((decision, group) => !memory.Choice.MayQuantize(group) ? [decision] : memory.Spec.Options.Methods
                .Select(method => decision with { Calibrator = method })
                .Prepend(decision)
                .Prepend(memory.Float32.Groups[0] with { Group = decision.Group })
                .Distinct()
                .ToArray()),
        ];

    /// <summary>Number of groups.</summary>
    public int Count => _alternatives.Length;

    /// <summary>Whether a group may be quantized.</summary>
    public bool MayQuantize(int group) => _alternatives[group].Length > 1;

    /// <summary>The alternatives of a group; index 0 is FP32, index 1 what the search starts with.</summary>
    public IReadOnlyList<GroupDecision> Of(int group) => _alternatives[group];

    /// <summary>Number of plans, or <see cref="long.MaxValue"/> where there are more than that.</summary>
    public long Plans(int alternatives)
    {
        double plans = _alternatives.Aggregate(1.0, (product, choices) => product * Math.Min(alternatives, choices.Length));
        return plans < long.MaxValue ? (long)plans : long.MaxValue;
    }
}
