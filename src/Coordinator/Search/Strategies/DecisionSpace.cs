namespace Cluster.Coordinator.Search.Strategies;

/// <summary>The possible decisions of each group; the first alternative keeps it in the baseline.</summary>
internal sealed class DecisionSpace
{
    private readonly RoundingRepairs _repairs;
    private readonly GroupDecision[][] _alternatives;

    /// <summary>
    /// The space of a job: the baseline, the decision of <paramref name="start"/>, the same with each other calibrator, and each further
    /// offered format, all of them with each possible rounding; only the baseline for groups that the job keeps so.
    /// </summary>
    public DecisionSpace(SearchMemory memory, Plan start)
    {
        _repairs = memory.Repairs;
        var methods = memory.Spec.Options.CanonicalMethods;
        _alternatives =
        [
            .. start.Groups.Select((decision, group) => !memory.Choice.MayQuantize(group) ? [decision] : methods
                .Select(method => decision with { Calibrator = method })
                .Prepend(decision)
                .Prepend(GroupDecision.Baseline(decision.Group))
                .Concat(memory.Formats.All.Skip(1).Where(memory.Space.Groups[group].Takes)
                    .Select(format => _repairs.In(decision, group, format)))
                .SelectMany(alternative => Rounded(alternative, group))
                .Distinct()
                .ToArray()),
        ];
    }

    /// <summary>Number of groups.</summary>
    public int Count => _alternatives.Length;

    /// <summary>Whether a group may be quantized.</summary>
    public bool MayQuantize(int group) => _alternatives[group].Length > 1;

    /// <summary>A decision copied from another group, without roundings learned for that group only.</summary>
    public GroupDecision Fitting(int group, GroupDecision decision) => _repairs.Fitting(decision, group);

    /// <summary>The alternatives of a group; index 0 is the baseline, index 1 the search's start.</summary>
    public IReadOnlyList<GroupDecision> Of(int group) => _alternatives[group];

    // Unchanged, then with the other rounding.
    private IEnumerable<GroupDecision> Rounded(GroupDecision decision, int group) => decision.Format.IsCalibrated
        ? _repairs.Of(group, decision.Format).Select(rounding => decision with { Rounding = rounding }).Prepend(decision)
        : [decision];
}
