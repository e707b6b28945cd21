namespace Cluster.Architecture.Tests;

/// <summary>Which room may know which: every arrow between the projects of src and tools.</summary>
internal static partial class Arrows
{
    /// <summary>By room, the rooms that its project file and its sources may name.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["DataSpecs"] = [],
        ["Plans"] = [],
        ["Coordinator"] = ["Plans"],
        ["Networks"] = ["DataSpecs"],
        ["Data"] = ["DataSpecs", "Networks"],
        ["Kernels"] = ["Data", "DataSpecs", "Networks", "Plans"],
        ["Export"] = ["Data", "DataSpecs", "Kernels", "Networks", "Plans"],
        ["Learning"] = ["Data", "DataSpecs", "Kernels", "Networks", "Plans"],
        ["Contract"] = ["Coordinator", "Plans"],
        ["Storage"] = ["Coordinator", "Plans"],
        ["Grains"] = ["Coordinator", "Plans"],
        ["Terminal"] = ["Coordinator", "DataSpecs", "Plans"],
        ["Reporting"] = ["Coordinator", "Plans", "Terminal"],
        ["Evaluation"] =
        [
            "Coordinator", "Data", "DataSpecs", "Export", "Kernels", "Learning", "Networks", "Plans", "Reporting", "Storage", "Terminal",
        ],
        ["Simulation"] = ["Coordinator", "Grains", "Plans"],
        // Glyphs for its way of writing networks.
        ["Reproductions"] =
        [
            "Coordinator", "Data", "DataSpecs", "Evaluation", "Export", "Glyphs", "Kernels", "Learning", "Networks", "Plans", "Storage",
        ],
        ["Glyphs"] = ["Coordinator", "Data", "DataSpecs", "Evaluation", "Kernels", "Learning", "Networks", "Plans", "Storage"],
        ["Mutations"] =
        [
            "Coordinator", "Data", "DataSpecs", "Evaluation", "Glyphs", "Kernels", "Networks", "Plans", "Storage", "Terminal",
        ],
        ["Harness"] = ["Contract", "Coordinator", "Evaluation", "Grains", "Plans", "Silo", "Simulation", "Storage"],
        ["Silo"] = ["Contract", "Coordinator", "DataSpecs", "Evaluation", "Grains", "Plans", "Storage", "Terminal"],
        // Networks, Kernels and Export for the words of single steps (runtimes, calibrators, devices); it measures nothing itself.
        ["Cli"] =
        [
            "Coordinator", "DataSpecs", "Evaluation", "Export", "Kernels", "Networks", "Plans", "Reporting", "Storage", "Terminal",
        ],
        ["Agent"] = ["DataSpecs", "Networks"],
        ["Client"] = ["Contract", "Coordinator", "DataSpecs", "Plans", "Terminal"],
    };

    /// <summary>Arrows that are not allowed, as sentences.</summary>
    public static IEnumerable<string> Violations(SourceTree tree)
    {
        var projects = tree.In("src").Concat(tree.In("tools")).ToArray();
        var rooms = projects.Select(project => project.Room).ToHashSet(StringComparer.Ordinal);
        foreach (var project in projects)
        {
            if (!Allowed.TryGetValue(project.Room, out string[]? allowed))
            {
                yield return $"{project.Folder} is a room whose arrows are not stated.";
                continue;
            }

            foreach (string reference in project.References.Except(allowed, StringComparer.Ordinal))
            {
                yield return $"{project.Room} references {reference}.";
            }

            foreach (var file in project.Files)
            {
                foreach (string room in Named(file)
                    .Where(rooms.Contains)
                    .Where(room => room != project.Room)
                    .Except(allowed, StringComparer.Ordinal))
                {
                    yield return $"{project.Folder}/{file.Path} names {room}.";
                }
            }
        }
    }

    /// <summary>Projects of the product that reference what is beside it, as sentences.</summary>
    public static IEnumerable<string> Outward(SourceTree tree)
    {
        var beside = tree.In("tools").Concat(tree.In("bench")).Concat(tree.In("tests")).Select(project => project.Room).ToHashSet(
            StringComparer.Ordinal);
        return tree.In("src")
            .SelectMany(project => project.References.Where(beside.Contains).Select(reference => (project.Room, reference)))
            .Select(arrow => $"{arrow.Room} is of the product and references {arrow.reference}, which is not.");
    }

    private static IEnumerable<string> Named(SourceFile file) =>
        NamespaceOfRoom().Matches(file.Code).Select(match => match.Groups["room"].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"\bCluster\.(?<room>[A-Z]\w*)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex NamespaceOfRoom();
}
