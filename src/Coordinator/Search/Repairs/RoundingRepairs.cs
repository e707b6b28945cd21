namespace Cluster.Coordinator.Search.Repairs;

/// <summary>
/// Roundings that are learned before the exploration, once for each offered integer format. A plan uses them group by group: they are a
/// dimension of the search like formats and calibrators, and cost no latency.
/// </summary>
internal sealed class RoundingRepairs(SearchFacts facts)
{
    private readonly Dictionary<GroupFormat, FormatRepair> _formats = [];
    private int _followed;

    /// <summary>The learned roundings, in the order of the formats.</summary>
    public IReadOnlyList<RepairTrial> Trials =>
        [.. facts.Formats.All.Where(Known.ContainsKey).Select(format => Known[format].Trial(format))];

    /// <summary>Number of formats to learn for.</summary>
    public int Count => facts.Spec.Options.Repair is null ? 0 : Formats.Count();

    /// <summary>Plans that show whether a format's learned roundings help.</summary>
    public IReadOnlyList<Plan> Plans(GroupFormat format) => Known.GetValueOrDefault(format)?.Plans ?? [];

    /// <summary>The possible roundings of a group in a format: to nearest, and the learned one if there is one.</summary>
    public IEnumerable<string> Of(int group, GroupFormat format) =>
        Known.GetValueOrDefault(format)?.Of(group) is { } learned ? [GroupDecision.Nearest, learned] : [GroupDecision.Nearest];

    /// <summary>
    /// The decision in another format, with the default rounding there; itself if it already has that format. In the first format if the
    /// group lacks the other.
    /// </summary>
    public GroupDecision In(GroupDecision decision, int group, GroupFormat format) => decision.Format == format
        ? decision
        : !facts.Space.Groups[group].Takes(format)
        ? In(decision, group, facts.Formats.First)
        : (decision with
        {
            Format = format,
            Rounding = Known.TryGetValue(format, out var repair) ? repair.Usual.Groups[group].Rounding : GroupDecision.Nearest,
        }).Canonical();

    /// <summary>The plan with some groups, by index, in another format.</summary>
    public Plan In(Plan plan, IEnumerable<int> groups, GroupFormat format)
    {
        var changed = groups.ToHashSet();
        return new Plan(
            plan.Target, [.. plan.Groups.Select((decision, group) => changed.Contains(group) ? In(decision, group, format) : decision)]);
    }

    /// <summary>The plan with each group in the format of its number.</summary>
    public Plan In(Plan plan, IReadOnlyList<int> formats) => new(
        plan.Target, [.. plan.Groups.Select((decision, group) => In(decision, group, facts.Formats.All[formats[group]]))]);

    /// <summary>
    /// The decision in a format that the group may have, rounded to nearest if its learned rounding belongs to another group or format.
    /// </summary>
    public GroupDecision Fitting(GroupDecision decision, int group) => !facts.Space.Groups[group].Takes(decision.Format)
        ? In(decision, group, facts.Formats.First)
        : !decision.IsRepaired || Of(group, decision.Format).Contains(decision.Rounding, StringComparer.Ordinal)
            ? decision
            : decision with { Rounding = GroupDecision.Nearest };

    private Dictionary<GroupFormat, FormatRepair> Known
    {
        get
        {
            for (; _followed < facts.Repaired.Count; _followed++)
            {
                var (item, result) = facts.Repaired[_followed];
                _formats[item.Plan.Groups.First(decision => !decision.Format.IsBaseline).Format] = new FormatRepair(facts, item, result);
            }

            return _formats;
        }
    }

    /// <summary>The formats to learn for, whether or not the job requests it.</summary>
    public IEnumerable<GroupFormat> Formats => facts.Formats.All.Where(format => format.IsInteger);
}
