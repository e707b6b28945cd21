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
        ["Kernels"] = ["DataSpecs", "Plans"],
        ["Contract"] = ["Coordinator", "Plans"],
        ["Storage"] = ["Coordinator", "Plans"],
        ["Grains"] = ["Coordinator", "Plans"],
        ["Terminal"] = ["Coordinator", "DataSpecs", "Plans"],
        ["Reporting"] = ["Coordinator", "Plans", "Terminal"],
        ["Evaluation"] = ["Coordinator", "DataSpecs", "Kernels", "Plans", "Reporting", "Storage", "Terminal"],
        ["Simulation"] = ["Coordinator", "Grains", "Plans"],
        // Glyphs for its way of writing networks.
        ["Reproductions"] = ["Coordinator", "DataSpecs", "Evaluation", "Glyphs", "Kernels", "Plans", "Storage"],
        ["Glyphs"] = ["Coordinator", "DataSpecs", "Evaluation", "Kernels", "Plans", "Storage"],
        ["Mutations"] = ["Coordinator", "DataSpecs", "Evaluation", "Glyphs", "Kernels", "Plans", "Storage", "Terminal"],
        ["Harness"] = ["Contract", "Coordinator", "Evaluation", "Grains", "Plans", "Silo", "Simulation", "Storage"],
        ["Silo"] = ["Contract", "Coordinator", "DataSpecs", "Evaluation", "Grains", "Plans", "Storage", "Terminal"],
        // Kernels for the words of single steps (calibrators, devices, the settings of a training); it measures nothing itself.
        ["Cli"] = ["Coordinator", "DataSpecs", "Evaluation", "Kernels", "Plans", "Reporting", "Storage", "Terminal"],
        ["Agent"] = ["DataSpecs", "Kernels"],
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
