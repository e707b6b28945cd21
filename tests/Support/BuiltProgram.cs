namespace Cluster.Tests;

/// <summary>The programs that were built with the tests.</summary>
public static class BuiltProgram
{
    /// <summary>Where a program is; skips the test where it is not built.</summary>
    /// <param name="project">Such as "Cli", "Silo" or "Client".</param>
    public static string Require(string project)
    {
        string? program = Find(project);
        Assert.SkipWhen(
            program is null,
            $"The program is not built: no .build/bin/{project}/(debug|release)/Cluster.{project} above the tests; run ./cluster doctor.");
        return program!;
    }

    // The configuration that the tests were built in comes first: it was built with them.
    private static string? Find(string project)
    {
        string own = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (string configuration in new[] { own, "release", "debug" })
            {
                foreach (string root in new[] { ".build", "." })
                {
                    string candidate = Path.Combine(folder.FullName, root, "bin", project, configuration, $"Cluster.{project}");
                    if (File.Exists(candidate))
                    {
                        return Path.GetFullPath(candidate);
                    }
                }
            }
        }

        return null;
    }
}
