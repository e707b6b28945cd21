namespace Cluster.Architecture.Tests;

/// <summary>What is too long to be read, or too many to be found.</summary>
internal static class Sizes
{
    /// <summary>Characters of a line.</summary>
    public const int LongestLine = 140;

    /// <summary>Files of a folder.</summary>
    public const int MostFiles = 25;

    /// <summary>Folders of src and tools with too many sources.</summary>
    public static IEnumerable<string> Crowds(SourceTree tree) => tree.In("src").Concat(tree.In("tools"))
        .SelectMany(project => project.Files.Select(file => $"{project.Folder}/{System.IO.Path.GetDirectoryName(file.Path)}"))
        .GroupBy(folder => folder, StringComparer.Ordinal)
        .Where(folder => folder.Count() > MostFiles)
        .Select(folder => $"{folder.Key} has {folder.Count()} files, at most {MostFiles} are expected.");

    /// <summary>Lines of sources that are too long.</summary>
    public static IEnumerable<string> LongLines(SourceTree tree) =>
        from project in tree.Projects
        from file in project.Files
        from line in File.ReadLines(System.IO.Path.Combine(tree.Root, project.Folder, file.Path)).Select((text, index) => (text, index))
        where line.text.Length > LongestLine
        select $"{project.Folder}/{file.Path}({line.index + 1}) has {line.text.Length} characters.";
}
