namespace Cluster.Architecture.Tests;

/// <summary>The rooms that docs/architecture.md describes, and those of the tree.</summary>
internal static partial class Rooms
{
    /// <summary>One sentence for each room or folder that only one of the two has.</summary>
    public static IEnumerable<string> Violations(SourceTree tree)
    {
        string page = File.ReadAllText(System.IO.Path.Combine(tree.Root, "docs", "architecture.md"));
        var described = Headings().Matches(page).Select(match => match.Groups["room"].Value).ToHashSet(StringComparer.Ordinal);
        var there = tree.In("src").Select(project => project.Folder).ToHashSet(StringComparer.Ordinal);
        foreach (string room in there.Except(described, StringComparer.Ordinal))
        {
            yield return $"docs/architecture.md does not describe {room}.";
        }

        foreach (string room in described.Except(there, StringComparer.Ordinal))
        {
            yield return $"docs/architecture.md describes {room}, which is not there.";
        }
    }

    [GeneratedRegex(@"^### `?(?<room>src/\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Headings();
}
