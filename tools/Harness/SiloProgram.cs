namespace Cluster.Harness;

/// <summary>The programs that were built with this one.</summary>
internal static class SiloProgram
{
    /// <summary>The silo that plays synthetic jobs: this project's own program.</summary>
    public static string Find() => Find("Harness");

    /// <summary>The client's program.</summary>
    public static string FindClient() => Find("Client");

    // .build/bin/ROOM/CONFIGURATION/Cluster.ROOM beside .build/bin/PROJECT/CONFIGURATION.
    private static string Find(string room)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(here.Parent!.Parent!.FullName, room, here.Name, $"Cluster.{room}");
        return File.Exists(program)
            ? program
            : throw new InvalidOperationException(
                $"The program is not built where it is expected, {program}: build {room} in the same configuration.");
    }
}
