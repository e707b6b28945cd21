namespace Cluster.DataSpecs;

/// <summary>What a mistyped word was probably meant to be.</summary>
public static class Suggestions
{
    /// <summary>" Did you mean run?", with at most three of the known words; empty if none is near.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="known">What there is.</param>
    public static string Of(string word, IEnumerable<string> known)
    {
        string[] near = Near(word, known);
        return near.Length == 0 ? string.Empty : $" Did you mean {string.Join(" or ", near)}?";
    }

    /// <summary>At most three of the known words, the nearest first.</summary>
    public static string[] Near(string word, IEnumerable<string> known) =>
    [
        .. known
            .Select(name => (Name: name, Distance: EditDistance.Of(word, name)))
            .Where(one => one.Distance > 0 && (one.Distance <= Math.Max(1, word.Length / 3) || IsBeginning(word, one.Name)))
            .OrderBy(one => one.Distance)
            .ThenBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => one.Name)
            .Distinct(StringComparer.Ordinal)
            .Take(3),
    ];

    // "--latency" is the beginning of "--latency-budget", and "--eval" that of "--evaluate"; two dashes are that of all.
    private static bool IsBeginning(string word, string name) =>
        Math.Min(word.Length, name.Length) > 4
        && (name.StartsWith(word, StringComparison.Ordinal) || word.StartsWith(name, StringComparison.Ordinal));
}
