namespace Cluster.Deploy.Tests.Support;

/// <summary>The built program, asked whether it would start with a command line of a manifest.</summary>
internal static class SiloProgram
{
    /// <summary>
    /// Runs `silo … --check`. The folders that a container mounts are folders of this test: every path below one is
    /// looked for there.
    /// </summary>
    /// <param name="arguments">The command line, `silo` included.</param>
    /// <param name="mounts">Paths of the container.</param>
    /// <param name="files">Files of the container, with their text.</param>
    /// <param name="environment">The container's variables.</param>
    public static async Task<OtherProgram> CheckAsync(
        IEnumerable<string> arguments,
        IEnumerable<string> mounts,
        IReadOnlyDictionary<string, string> files,
        IReadOnlyDictionary<string, string> environment)
    {
        string program = BuiltProgram.Require("Silo");
        using var folder = new WorkFolder();
        string[] places = [.. mounts];
        foreach (string mount in places)
        {
            Directory.CreateDirectory(folder[mount.TrimStart('/')]);
        }

        foreach (var (path, text) in files)
        {
            folder.Write(path.TrimStart('/'), text);
        }

        return await OtherProgram.RunAsync(program, [.. arguments.Select(Here), "--check"], environment);

        string Here(string argument) => places.FirstOrDefault(
            place => argument.Contains($"={place}", StringComparison.Ordinal)) is { } mount
            ? argument.Replace($"={mount}", $"={folder[mount.TrimStart('/')]}", StringComparison.Ordinal)
            : argument;
    }
}
