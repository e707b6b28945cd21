using System.Globalization;

namespace Cluster.Architecture.Tests;

/// <summary>The decision records: each has a number of its own, also after others are deleted, and is headed by it.</summary>
internal static partial class DecisionRecords
{
    /// <summary>One sentence for each record that breaks the order, given each file's name and first line.</summary>
    public static IEnumerable<string> Violations(IEnumerable<(string Name, string Heading)> records)
    {
        int last = 0;
        foreach (var (name, heading) in records.OrderBy(record => record.Name, StringComparer.Ordinal))
        {
            if (!int.TryParse(Number().Match(name).ValueSpan, CultureInfo.InvariantCulture, out int number) || number <= last)
            {
                yield return $"docs/adr/{name} has no number of its own.";
            }

            last = number;

            if (!heading.StartsWith(string.Create(CultureInfo.InvariantCulture, $"# {number}. "), StringComparison.Ordinal))
            {
                yield return $"docs/adr/{name} is headed '{heading}'.";
            }
        }
    }

    /// <summary>The records of a repository.</summary>
    public static IEnumerable<(string Name, string Heading)> Read(string root) =>
        Directory.EnumerateFiles(Path.Combine(root, "docs", "adr"), "*.md")
            .Where(path => Path.GetFileName(path) != "README.md") // the index
            .Select(path => (Path.GetFileName(path), File.ReadLines(path).FirstOrDefault() ?? string.Empty));

    [GeneratedRegex("^[0-9]{4}(?=-)", RegexOptions.None, 10_000)]
    private static partial Regex Number();
}
