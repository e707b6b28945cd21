using Cluster.DataSpecs;

namespace Cluster.Cli.Verbs;

/// <summary>Files of the demo, in the checkout that the program was built in.</summary>
internal static class SampleFolder
{
    /// <summary>Path of a file below <c>samples</c>, relative to the current folder.</summary>
    /// <exception cref="JobException">There is none.</exception>
    public static string File(string name) =>
        AboveProgram.Find(Path.Combine("samples", name), System.IO.File.Exists) is { } found
            ? Path.GetRelativePath(Environment.CurrentDirectory, found)
            : throw new JobException(
                $"There is no samples/{name} above {AppContext.BaseDirectory}: run the demo from a checkout of the repository.");
}
