namespace Cluster.Terminal;

/// <summary>The groups in which the help of `run` and `submit` lists options: what most jobs need, then by what people want.</summary>
public static class OptionGroups
{
    private const string Usual = "What most jobs need";

    /// <summary>Headings and the options below them, in order; an option that no group has stands at the end.</summary>
    public static IReadOnlyList<(string Heading, string[] Options)> All { get; } =
    [
        (
            Usual,
            ["--model", "--data", "--eval", "--max-drop", "--output", "--watch", "--test", "--expect", "--config"]),
        (
            "What it reads, and only checks",
            ["--preprocess", "--labels", "--doubts", "--shape", "--set", "--data-root", "--dry-run", "--json"]),
        (
            "The answer",
            [
                "--metric", "--metric-command", "--detections", "--blank", "--confidence", "--sample-share", "--lost-channels", "--goal",
                "--latency-budget", "--size-budget", "--bops-budget", "--batch", "--threads", "--target", "--kinds", "--fleet",
                "--keep-files", "--form", "--input", "--also-export",
            ]),
        (
            "What may be done to the network",
            [
                "--formats", "--methods", "--calibrators", "--keep-fp32", "--only", "--equalize", "--repair", "--reconstruct",
                "--iterations", "--train", "--fine-tune", "--epochs", "--original-epochs", "--epoch-share", "--learning-rate",
                "--original-rate", "--rate-share", "--schedule", "--optimizer", "--freeze-ranges",
            ]),
        (
            "How long and how hard it searches",
            [
                "--strategy", "--budget-evals", "--max-labels", "--max-minutes", "--workers", "--memory", "--seed",
                "--cache", "--latency-table", "--fresh", "--retime",
            ]),
        (
            "The server",
            [
                "--server", "--profile", "--token-file", "--ca", "--cert", "--key", "--timeout", "--name", "--request-id", "--shared-paths",
            ]),
    ];

    /// <summary>Orders the lines of a help text's options by group; a text with few options stays as it is.</summary>
    /// <param name="help">A command's help, with a section "Options:".</param>
    /// <param name="only">Whether only those are shown that most jobs need.</param>
    internal static string Order(string help, bool only = false)
    {
        string[] lines = help.Split('\n');
        int first = Array.FindIndex(lines, line => line.TrimEnd() == "Options:") + 1;
        if (first == 0)
        {
            return help;
        }

        int end = Array.FindIndex(lines, first, line => line.Trim().Length == 0) is var blank and >= 0 ? blank : lines.Length;
        var entries = new List<List<string>>();
        foreach (string line in lines[first..end])
        {
            if (entries.Count == 0 || line.StartsWith("  -", StringComparison.Ordinal))
            {
                entries.Add([]);
            }

            entries[^1].Add(line);
        }

        var groups = entries.ToLookup(entry => All.FirstOrDefault(group => group.Options.Contains(NameOf(entry[0]))).Heading);
        if (All.Count(group => groups.Contains(group.Heading)) < 3 || !entries.Exists(entry => NameOf(entry[0]) == "--model"))
        {
            return help;
        }

        var ordered = All.Select(group => (group.Heading, Entries: groups[group.Heading].OrderBy(
                entry => Array.IndexOf(group.Options, NameOf(entry[0])))))
            .Append((Heading: "Other options", Entries: groups[null!].OrderBy(_ => 0)))
            .Where(group => group.Entries.Any() && (!only || group.Heading == Usual))
            .SelectMany(group => group.Entries.SelectMany(entry => entry).Prepend($"{group.Heading}:").Append(string.Empty));
        return string.Join('\n', [.. lines[..(first - 1)], .. ordered.SkipLast(1), .. lines[end..]]);
    }

    // "  -o, --output <DIR>" is --output.
    private static string NameOf(string line) =>
        line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal)) ?? string.Empty;
}
