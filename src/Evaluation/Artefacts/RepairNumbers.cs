using System.Collections.Concurrent;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// Numbers that were learned before an exploration, by the digest under which plans name them. A plan uses those of its own groups.
/// Thread-safe.
/// </summary>
internal sealed class RepairNumbers(GroupedGraph graph)
{
    private readonly ConcurrentDictionary<string, LearnedParameters> _known = new(StringComparer.Ordinal);

    /// <summary>Digests that plans name but that are not loaded yet.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<Plan> plans) =>
    [
        .. plans.SelectMany(plan => plan.Groups)
            .Select(decision => decision.Repair)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Where(digest => !_known.ContainsKey(digest)),
    ];

    /// <summary>Adds the numbers of a digest.</summary>
    public void Add(string digest, LearnedParameters learned) => _known[digest] = learned;

    /// <summary>The numbers of the plan's own groups; null if it names none, or some that are not loaded.</summary>
    public LearnedParameters? Of(Plan plan)
    {
        var named = plan.Groups.Where(decision => decision.IsRepaired).ToDictionary(
            decision => decision.Group, decision => decision.Repair!, StringComparer.Ordinal);
        return named.Count == 0 || !named.Values.All(_known.ContainsKey) ? null : new LearnedParameters
        {
            Weights = graph.Groups
                .Where(group => named.ContainsKey(group.Name))
                .SelectMany(group => group.Nodes, (group, node) => (node.Name, _known[named[group.Name]].Weights))
                .Where(entry => entry.Weights.ContainsKey(entry.Name))
                .ToDictionary(entry => entry.Name, entry => entry.Weights[entry.Name], StringComparer.Ordinal),
        };
    }

    /// <summary>A plan's learned numbers, completed with those learned for other groups before an exploration.</summary>
    public LearnedParameters Under(Plan plan, LearnedParameters learned)
    {
        var before = Of(plan) ?? new LearnedParameters();
        var weights = new Dictionary<string, LearnedWeights>(before.Weights, StringComparer.Ordinal);
        foreach (var (node, own) in learned.Weights)
        {
            weights[node] = own;
        }

        return learned with { Weights = weights };
    }

    /// <summary>The plans whose files an item needs.</summary>
    public static IEnumerable<Plan> PlansOf(WorkItem item) => item switch
    {
        AccuracyItem accuracy => [accuracy.Plan],
        LatencyItem latency => [latency.Plan],
        ParityItem parity => [parity.Plan],
        RangesItem ranges => [ranges.Plan],
        FinalTimingItem together => together.Plans,
        TestItem test => [test.Plan],
        ReconstructItem rebuild => [rebuild.Plan],
        FineTuneItem tuned => [tuned.Plan],
        _ => [],
    };
}
