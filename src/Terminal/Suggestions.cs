namespace Cluster.Terminal;

/// <summary>What a mistyped word was probably meant to be.</summary>
public static class Suggestions
{
    /// <summary>" Did you mean run?", with at most three of the known words; empty if none is near.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="known">What there is.</param>
    public static string Of(string word, IEnumerable<string> known)
    {
        var near = known
            .Select(name => (Name: name, Distance: Distance(word, name)))
            .Where(one => one.Distance > 0 && (one.Distance <= Math.Max(1, word.Length / 3) || IsBeginning(word, one.Name)))
            .OrderBy(one => one.Distance)
            .ThenBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => one.Name)
            .Distinct(StringComparer.Ordinal)
            .Take(3)
            .ToArray();
        return near.Length == 0 ? string.Empty : $" Did you mean {string.Join(" or ", near)}?";
    }

    // "--latency" is the beginning of "--latency-budget"; two dashes are that of all.
    private static bool IsBeginning(string word, string name) => word.Length > 4 && name.StartsWith(word, StringComparison.Ordinal);

    // Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
    private static int Distance(string from, string to)
    {
        int[,] cost = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                cost[i, j] = i == 0 ? j
                    : j == 0 ? i
                    : Math.Min(
                        Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[from.Length, to.Length];
    }
}
