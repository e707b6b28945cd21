namespace Cluster.Tests;

/// <summary>The repository that the tests were built in, and the programs that its tests find there or on this machine.</summary>
public static class Checkout
{
    /// <summary>The full path of its root.</summary>
    public static string Root { get; } = Find();

    /// <summary>The full path of a file or folder, there or not.</summary>
    /// <param name="parts">Its path from the root.</param>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The text of a file.</summary>
    /// <inheritdoc cref="At"/>
    public static string Read(params string[] parts) => File.ReadAllText(At(parts));

    /// <summary>A program that set-up put below .tools, or else that of the PATH; null where there is neither.</summary>
    public static string? Program(string name)
    {
        string tools = At(".tools");
        var own = Directory.Exists(tools) ? Directory.GetDirectories(tools).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        return own
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no Cluster.sln above {AppContext.BaseDirectory}.");
    }
}
