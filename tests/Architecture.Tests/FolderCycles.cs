using System.Text.RegularExpressions;

namespace Cluster.Architecture.Tests;

/// <summary>Cycles between the top folders of a project. A folder's namespace is its path, so a using is an arrow.</summary>
internal static partial class FolderCycles
{
    /// <summary>A cycle a project, as a sentence that names its folders.</summary>
    public static IEnumerable<string> Violations(SourceTree tree) => tree.In("src").Concat(tree.In("tools")).SelectMany(Of);

    private static IEnumerable<string> Of(SourceProject project)
    {
        var arrows = ArrowsOf(project);
        string[] cycle = [.. arrows.Keys.Where(folder => Reaches(arrows, folder, folder)).Order(StringComparer.Ordinal)];
        if (cycle.Length > 0)
        {
            yield return $"{project.Folder}: {string.Join(", ", cycle)} are in a cycle.";
        }
    }

    private static Dictionary<string, HashSet<string>> ArrowsOf(SourceProject project)
    {
        var root = project.Files.Where(file => file.TopFolder.Length == 0).SelectMany(Declared).ToHashSet(StringComparer.Ordinal);
        var arrows = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var file in project.Files)
        {
            if (!arrows.TryGetValue(file.TopFolder, out var to))
            {
                arrows[file.TopFolder] = to = new HashSet<string>(StringComparer.Ordinal);
            }

            to.UnionWith(FoldersNamed(file, project.Room).Where(folder => folder != file.TopFolder));

            // What lies beside the project file is visible below without a using.
            if (file.TopFolder.Length > 0 && Words().Matches(file.Code).Any(word => root.Contains(word.Value)))
            {
                to.Add("");
            }
        }

        return arrows;
    }

    private static IEnumerable<string> FoldersNamed(SourceFile file, string room) =>
        Usings().Matches(file.Code).Where(match => match.Groups["room"].Value == room).Select(match => match.Groups["folder"].Value);

    private static IEnumerable<string> Declared(SourceFile file) =>
        Declarations().Matches(file.Code).Select(match => match.Groups["name"].Value);

    private static bool Reaches(Dictionary<string, HashSet<string>> arrows, string from, string target)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out string? folder))
        {
            foreach (string next in arrows.TryGetValue(folder, out var to) ? to : [])
            {
                if (next == target)
                {
                    return true;
                }

                if (seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    [GeneratedRegex(@"\bCluster\.(?<room>[A-Z]\w*)\.(?<folder>[A-Z]\w*)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Usings();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w+", RegexOptions.None, 10_000)]
    private static partial Regex Words();

    [GeneratedRegex(
        "^((public|internal|sealed|static|abstract|partial|readonly) )*"
        + @"(class|record struct|record|struct|interface|enum) (?<name>[A-Z]\w*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Declarations();
}
