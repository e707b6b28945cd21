namespace Cluster.Coordinator.Search.Repairs;

/// <summary>
/// Roundings that are learned before the exploration, by each method once for each offered integer format. A plan uses them group by group:
/// they are a dimension of the search like formats and calibrators, and cost no latency.
/// </summary>
internal sealed class RoundingRepairs(SearchFacts facts)
{
    private readonly Dictionary<GroupFormat, List<FormatRepair>> _formats = [];
    private readonly Dictionary<GroupFormat, Plan> _usual = [];
    private int _followed;

    /// <summary>The learned roundings, in the order of the formats, then of the methods.</summary>
    public IReadOnlyList<RepairTrial> Trials =>
        [.. facts.Formats.All.SelectMany(format => In(format).Select(repair => repair.Trial(format, Usual(format)!)))];

    /// <summary>What is to be learned with at most, one after another.</summary>
    public IReadOnlyList<RepairMethod> Methods => facts.Spec.Options.Repair switch
    {
        null or RepairMethod.Never => [],
        RepairMethod.Auto => [RepairMethod.AdaRound, RepairMethod.Brecq, RepairMethod.QDrop],
        var one => [one.Value],
    };

    /// <summary>The most learnings: of each method for each format.</summary>
    public int Count => Methods.Count * Formats.Count();

    /// <summary>
    /// The seconds that a method will take for a format, from those of the last that was learned; null before the first.
    /// </summary>
    public double? Seconds(RepairMethod method) => facts.Repaired is [.., var (item, result)]
        ? result.Seconds * method.Step().Cost() / item.Method.Step().Cost()
        : null;

    /// <summary>Plans that show whether a format's learned roundings help.</summary>
    public IEnumerable<Plan> Plans(GroupFormat format) => In(format).SelectMany(repair => repair.Plans);

    /// <summary>The possible roundings of a group in a format: to nearest, and the learned ones if there are any.</summary>
    public IEnumerable<string> Of(int group, GroupFormat format) =>
        In(format).Select(repair => repair.Of(group)).OfType<string>().Prepend(GroupDecision.Nearest);

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
            Rounding = Usual(format)?.Groups[group].Rounding ?? GroupDecision.Nearest,
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

    /// <summary>
    /// Of a format's plans with what was learned and the one without, the one whose outputs diverge least from FP32's: labels of a few
    /// hundred images do not distinguish them. While a method's plans are not known it counts for nothing; null if none was learned.
    /// </summary>
    private Plan? Usual(GroupFormat format)
    {
        if (In(format) is not [var first, ..] all)
        {
            return null;
        }

        if (!_usual.TryGetValue(format, out var usual))
        {
            var known = all.Where(repair => repair.Plans.All(plan => facts.Knows(facts.AccuracyOf(plan, ImageScope.Full)))).ToArray();
            usual = known.SelectMany(repair => repair.Plans)
                .Prepend(first.Without)
                .OrderBy(plan => known.Length == 0 ? 0 : facts.Full(plan)?.Kl ?? double.MaxValue)
                .First();
            if (known.Length == all.Count)
            {
                _usual[format] = usual;
            }
        }

        return usual;
    }

    private List<FormatRepair> In(GroupFormat format)
    {
        for (; _followed < facts.Repaired.Count; _followed++)
        {
            var (item, result) = facts.Repaired[_followed];
            var its = item.Plan.Groups.First(decision => !decision.Format.IsBaseline).Format;
            if (!_formats.TryGetValue(its, out var all))
            {
                _formats[its] = all = [];
            }

            all.Add(new FormatRepair(item, result));
            _usual.Remove(its);
        }

        return _formats.GetValueOrDefault(format) ?? [];
    }

    /// <summary>The formats to learn for, whether or not the job requests it.</summary>
    public IEnumerable<GroupFormat> Formats => facts.Formats.All.Where(format => format.IsInteger);
}
