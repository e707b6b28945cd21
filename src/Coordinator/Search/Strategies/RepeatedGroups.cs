using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Groups of one repeated pattern, which are decided together as long as their pattern is whole; there are none where the job decides
/// about each group by itself.
/// </summary>
internal sealed class RepeatedGroups
{
    private readonly List<int[]> _whole;

    private RepeatedGroups() => _whole = [];

    public RepeatedGroups(SearchMemory memory) => _whole = memory.Spec.Options.Patterns != PatternMoves.Together
        ? []
        :
        [
            .. memory.Space.Groups
                .Select((group, index) => (group.Pattern, Index: index))
                .Where(entry => entry.Pattern is not null && memory.Choice.MayQuantize(entry.Index))
                .GroupBy(entry => entry.Pattern, entry => entry.Index, StringComparer.Ordinal)
                .Select(members => members.ToArray())
                .Where(members => members.Length > 1),
        ];

    /// <summary>None at all: each group is decided by itself.</summary>
    public static RepeatedGroups None => new();

    /// <summary>The patterns that are whole, each as its groups in order.</summary>
    public IReadOnlyList<int[]> Whole => _whole;

    /// <summary>The groups that are decided with this one, it among them.</summary>
    public int[] With(int group) => _whole.Find(members => members.Contains(group)) ?? [group];

    /// <summary>Whether a group is decided with others.</summary>
    public bool IsInWhole(int group) => _whole.Exists(members => members.Contains(group));

    /// <summary>
    /// Has the groups of each pattern that two plans decide otherwise decided each by itself from now on; false where there is none.
    /// </summary>
    public bool Split(Plan from, Plan to) => _whole.RemoveAll(
        members => members.Any(group => !from.Groups[group].Equals(to.Groups[group]))) > 0;

    /// <summary>The same of all patterns.</summary>
    public bool SplitAll()
    {
        var any = _whole.Count > 0;
        _whole.Clear();
        return any;
    }
}
