using System.Xml.Linq;

namespace Cluster.Architecture.Tests;

/// <summary>A source file: its path in its project, and its text without comments and strings.</summary>
internal sealed record SourceFile(string Path, string Code);

/// <summary>A project as its file and its folder have it.</summary>
/// <param name="Room">The folder's name.</param>
/// <param name="Folder">Its path below the root, such as "src/Kernels".</param>
/// <param name="References">Rooms of the projects that it references.</param>
/// <param name="Linked">Sources of other folders that it compiles.</param>
/// <param name="Files">Its sources, and its project file with the namespaces that all of them see.</param>
internal sealed record SourceProject(
    string Room, string Folder, IReadOnlyList<string> References, IReadOnlyList<string> Linked, IReadOnlyList<SourceFile> Files);

/// <summary>The projects below a root folder.</summary>
internal sealed partial record SourceTree(string Root, IReadOnlyList<SourceProject> Projects)
{
    private static readonly string[] Areas = ["src", "tools", "tests", "bench"];

    /// <summary>The repository that these tests were built from.</summary>
    public static SourceTree OfRepository() => Read(Checkout.Root);

    /// <summary>Where a project's assembly lies once the solution is built, beside that of these tests.</summary>
    public static string AssemblyOf(string room) => System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", room, new DirectoryInfo(AppContext.BaseDirectory).Name, $"Cluster.{room}.dll");

    public static SourceTree Read(string root) => new(
        root,
        [.. Areas.Select(area => System.IO.Path.Combine(root, area)).Where(Directory.Exists)
            .SelectMany(area => Directory.EnumerateFiles(area, "*.csproj", SearchOption.AllDirectories))
            .Where(path => !IsBuilt(path)).Order(StringComparer.Ordinal).Select(path => Project(root, path))]);

    public IEnumerable<SourceProject> In(string area) =>
        Projects.Where(project => project.Folder.StartsWith(area + "/", StringComparison.Ordinal));

    private static SourceProject Project(string root, string path)
    {
        string folder = System.IO.Path.GetDirectoryName(path)!;
        var content = XDocument.Load(path);
        return new SourceProject(
            System.IO.Path.GetFileName(folder),
            Slashed(System.IO.Path.GetRelativePath(root, folder)),
            [.. Includes(content, "ProjectReference").Select(text => System.IO.Path.GetFileNameWithoutExtension(Slashed(text)))],
            [.. Includes(content, "Compile")
                .SelectMany(text => text.Split(';'))
                .Where(text => Slashed(text).Contains("../", StringComparison.Ordinal))],
            [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => !IsBuilt(file))
                .Order(StringComparer.Ordinal)
                    .Select(file => new SourceFile(Slashed(System.IO.Path.GetRelativePath(folder, file)), Code(File.ReadAllText(file))))
                .Append(new SourceFile(System.IO.Path.GetFileName(path), string.Join(' ', Includes(content, "Using"))))]);
    }

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>();

    private static bool IsBuilt(string path) => Slashed(path).Split('/').Any(part => part is "bin" or "obj" or ".build");

    private static string Slashed(string path) => path.Replace('\\', '/');

    private static string Code(string text) => CommentsAndStrings().Replace(text, " ");

    // Raw strings first, as they hold what looks like the others.
    [GeneratedRegex(
        "\"\"\".*?\"\"\"|//[^\n]*|/\\*.*?\\*/|@\"(?:[^\"]|\"\")*\"|\"(?:[^\"\\\\\n]|\\\\.)*\"", RegexOptions.Singleline, 10_000)]
    private static partial Regex CommentsAndStrings();
}
