namespace Cluster.Coordinator.Model;

/// <summary>
/// The formats of one search, by number: 0 is the baseline, the network's original format; then come those that the target offers, starting
/// with the search's first format. The formats of all groups are an array of these numbers.
/// </summary>
public sealed class FormatCatalog
{
    private readonly GroupFormat[] _all;

    /// <summary>The baseline and these formats.</summary>
    /// <exception cref="JobException">There is none, one twice, or the baseline itself.</exception>
    public FormatCatalog(IReadOnlyList<GroupFormat> offered)
    {
        _all = [GroupFormat.Baseline, .. offered];
        if (offered.Count == 0 || _all.Distinct().Count() < _all.Length)
        {
            throw new JobException(
                $"The formats {string.Join(", ", offered)} are offered where different ones besides {GroupFormat.Baseline} are expected: "
                + "correct the list.");
        }
    }

    /// <summary>The formats of a job that names none.</summary>
    public static FormatCatalog Default { get; } = new([GroupFormat.Int8]);

    /// <summary>The baseline, then the offered formats.</summary>
    public IReadOnlyList<GroupFormat> All => _all;

    /// <summary>Number of formats, including the baseline.</summary>
    public int Count => _all.Length;

    /// <summary>The network's original format.</summary>
    public GroupFormat Baseline => _all[0];

    /// <summary>The offered format that a search begins with.</summary>
    public GroupFormat First => _all[1];

    /// <summary>The offered formats after the first.</summary>
    public IEnumerable<GroupFormat> Others => _all.Skip(2);

    /// <summary>The number of each group's format.</summary>
    /// <exception cref="JobException">A group has a format that this search does not have.</exception>
    public int[] NumbersOf(Plan plan) => [.. plan.Groups.Select(NumberOf)];

    private int NumberOf(GroupDecision decision)
    {
        var number = Array.IndexOf(_all, decision.Format);
        return number >= 0 ? number : throw new JobException(
            $"The plan runs group \"{decision.Group}\" in {decision.Format} where one of {string.Join<GroupFormat>(", ", _all)} is "
            + "expected: search with this format among those offered.");
    }
}
