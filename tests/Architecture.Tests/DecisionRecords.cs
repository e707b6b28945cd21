using System.Globalization;
using System.Text.RegularExpressions;

namespace Cluster.Architecture.Tests;

/// <summary>The decision records: numbered without gaps or twins, and headed by their number.</summary>
internal static partial class DecisionRecords
{
    /// <summary>One sentence for each record that breaks the order, given each file's name and first line.</summary>
    public static IEnumerable<string> Violations(IEnumerable<(string Name, string Heading)> records)
    {
        int expected = 0;
        foreach (var (name, heading) in records.OrderBy(record => record.Name, StringComparer.Ordinal))
        {
            expected++;
            if (!int.TryParse(Number().Match(name).ValueSpan, CultureInfo.InvariantCulture, out int number) || number != expected)
            {
                yield return $"docs/adr/{name} stands where number {expected} is expected.";
                expected = number;
            }

            if (!heading.StartsWith(string.Create(CultureInfo.InvariantCulture, $"# {number}. "), StringComparison.Ordinal))
            {
                yield return $"docs/adr/{name} is headed '{heading}'.";
            }
        }
    }

    /// <summary>The records of a repository.</summary>
    public static IEnumerable<(string Name, string Heading)> Read(string root) =>
        Directory.EnumerateFiles(Path.Combine(root, "docs", "adr"), "*.md")
            .Select(path => (Path.GetFileName(path), File.ReadLines(path).FirstOrDefault() ?? string.Empty));

    [GeneratedRegex("^[0-9]{4}(?=-)", RegexOptions.None, 10_000)]
    private static partial Regex Number();
}
