namespace Cluster.Data.Arrays;

/// <summary>
/// Samples of several shapes, which NumPy has no array for: an array for each, x_0, x_1, …, or numpy.savez's own arr_0, arr_1, ….
/// </summary>
internal static partial class ArrayLists
{
    // numpy.savez(file, *arrays).
    private const string Unnamed = "arr";

    /// <summary>The arrays, those of a list as one of as many samples.</summary>
    public static IReadOnlyList<ArrayEntry> Of(IReadOnlyList<ArrayEntry> entries)
    {
        var lists = entries
            .Select(entry => (Entry: entry, Match: Numbered().Match(entry.Name)))
            .Where(member => member.Match.Success)
            .GroupBy(member => member.Match.Groups["name"].Value, StringComparer.Ordinal)
            .Select(list => (Name: list.Key, Members: list
                .OrderBy(member => int.Parse(member.Match.Groups["place"].Value, CultureInfo.InvariantCulture))
                .Select(member => member.Entry).ToArray()))
            .Where(list => list.Members.Length > 1 && list.Members[^1].Name == $"{list.Name}_{list.Members.Length - 1}")
            .ToArray();
        var members = lists.SelectMany(list => list.Members).ToHashSet();
        return
        [
            .. entries.Where(entry => !members.Contains(entry)),
            .. lists.Select(list => List(list.Name == Unnamed ? string.Empty : list.Name, list.Members)),
        ];
    }

    /// <summary>One array a sample.</summary>
    public static ArrayEntry List(string name, IReadOnlyList<ArrayEntry> members) => members[0] with { Name = name, Members = members };

    [GeneratedRegex(@"^(?<name>.+)_(?<place>0|[1-9][0-9]{0,8})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbered();
}
