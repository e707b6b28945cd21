using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Cluster.Architecture.Tests;

/// <summary>Cycles between the top folders of a project, as its assembly has them. A folder's namespace is its path.</summary>
internal static class FolderCycles
{
    /// <summary>The cycle of an assembly, as a sentence that names its folders; null if there is none.</summary>
    /// <param name="room">The namespace above the folders; what lies in it itself is a folder without a name.</param>
    public static string? Violation(string path, string room)
    {
        var architecture = new ArchLoader()
            .LoadFilteredDirectory(Path.GetDirectoryName(path)!, Path.GetFileName(path), SearchOption.TopDirectoryOnly)
            .Build();
        var arrows = architecture.Types
            .SelectMany(type => type.Dependencies
                .Where(dependency => dependency.Target is not GenericParameter) // one of another type's, where names are alike
                .Select(dependency => (From: FolderOf(type, room), To: FolderOf(dependency.Target, room))))
            .Where(arrow => arrow is { From: not null, To: not null } && arrow.From != arrow.To)
            .ToLookup(arrow => arrow.From!, arrow => arrow.To!, StringComparer.Ordinal);
        string[] cycle =
        [
            .. arrows.Select(folder => folder.Key).Where(folder => Reaches(arrows, folder, folder)).Order(StringComparer.Ordinal),
        ];
        return cycle.Length == 0 ? null : $"{room}: {string.Join(", ", cycle)} are in a cycle.";
    }

    private static string? FolderOf(IType type, string room) => $"{type.Namespace?.FullName}." is var name
        && name.StartsWith($"{room}.", StringComparison.Ordinal) ? name[(room.Length + 1)..].Split('.')[0] : null;

    private static bool Reaches(ILookup<string, string> arrows, string from, string target)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([from]);
        while (open.TryPop(out string? folder))
        {
            foreach (string next in arrows[folder].Where(seen.Add))
            {
                if (next == target)
                {
                    return true;
                }

                open.Push(next);
            }
        }

        return false;
    }
}
