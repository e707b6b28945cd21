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

    /// <summary>Lines of sources that are too long; what stands in a raw string, such as a style sheet, keeps its own lines.</summary>
    public static IEnumerable<string> LongLines(SourceTree tree) =>
        from file in tree.Projects.SelectMany(project => project.Files.Select(file => $"{project.Folder}/{file.Path}"))
        from line in Measured(System.IO.Path.Combine(tree.Root, file))
        where line.Length > LongestLine
        select $"{file}({line.Number}) has {line.Length} characters.";

    private static IEnumerable<(int Number, int Length)> Measured(string path)
    {
        bool isRaw = false;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            bool isQuoted = isRaw || line.Contains("\"\"\"", StringComparison.Ordinal);
            if (line.Split("\"\"\"").Length % 2 == 0)
            {
                isRaw = !isRaw;
            }

            yield return (number, isQuoted ? 0 : line.Length);
        }
    }
}
