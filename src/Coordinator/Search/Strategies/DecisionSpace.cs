using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>What each group may be decided to be; the first alternative leaves it in the baseline.</summary>
internal sealed class DecisionSpace
{
    private readonly GroupDecision[][] _alternatives;

    /// <summary>
    /// The space of a job: the baseline, the decision of <paramref name="start"/>, the same with each other calibrator, and each further
    /// format that is offered; the baseline alone where the job keeps a group so.
    /// </summary>
    public DecisionSpace(SearchMemory memory, Plan start) =>
        _alternatives =
        [
            .. start.Groups.Select((decision, group) => !memory.Choice.MayQuantize(group) ? [decision] : memory.Spec.Options.Methods
                .Select(method => decision with { Calibrator = method })
                .Prepend(decision)
                .Prepend(GroupDecision.Baseline(decision.Group))
                .Concat(memory.Formats.All.Skip(1).Where(format => format != decision.Format).Select(
                    format => GroupDecision.In(format, decision.Group, decision.Calibrator, decision.BiasCorrection).Canonical()))
                .Distinct()
                .ToArray()),
        ];

    /// <summary>Number of groups.</summary>
    public int Count => _alternatives.Length;

    /// <summary>Whether a group may be quantized.</summary>
    public bool MayQuantize(int group) => _alternatives[group].Length > 1;

    /// <summary>The alternatives of a group; index 0 is the baseline, index 1 what the search starts with.</summary>
    public IReadOnlyList<GroupDecision> Of(int group) => _alternatives[group];
}
