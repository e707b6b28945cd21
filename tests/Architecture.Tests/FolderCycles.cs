using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Cluster.Architecture.Tests;

/// <summary>Cycles between the folders of a project, as its assembly has them. A folder's namespace is its path.</summary>
internal static class FolderCycles
{
    /// <summary>Those of an assembly: each as the names of its folders, the first in the alphabet first.</summary>
    /// <param name="room">The namespace above the folders; what lies in it itself is a folder without a name.</param>
    /// <param name="areTop">Whether only the top folders are compared, each with all below it.</param>
    public static IReadOnlyList<string> Of(string path, string room, bool areTop = false)
    {
        var architecture = new ArchLoader()
            .LoadFilteredDirectory(Path.GetDirectoryName(path)!, Path.GetFileName(path), SearchOption.TopDirectoryOnly)
            .Build();
        var arrows = architecture.Types
            .SelectMany(type => type.Dependencies
                .Where(dependency => dependency.Target is not GenericParameter) // one of another type's, where names are alike
                .Select(dependency => (From: FolderOf(type, room, areTop), To: FolderOf(dependency.Target, room, areTop))))
            .Where(arrow => arrow is { From: not null, To: not null } && arrow.From != arrow.To)
            .ToLookup(arrow => arrow.From!, arrow => arrow.To!, StringComparer.Ordinal);
        string[] inCycles =
        [
            .. arrows.Select(folder => folder.Key).Where(folder => Reaches(arrows, folder, folder)).Order(StringComparer.Ordinal),
        ];
        return
        [
            .. inCycles
                .Select(folder => string.Join(", ", inCycles.Where(
                    other => other == folder || (Reaches(arrows, folder, other) && Reaches(arrows, other, folder)))))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static string? FolderOf(IType type, string room, bool isTop) => $"{type.Namespace?.FullName}." is var name
        && name.StartsWith($"{room}.", StringComparison.Ordinal)
        ? isTop ? name[(room.Length + 1)..].Split('.')[0] : name[(room.Length + 1)..].TrimEnd('.').Replace('.', '/')
        : null;

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
