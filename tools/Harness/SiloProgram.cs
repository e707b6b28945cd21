namespace Cluster.Harness;

/// <summary>The programs that were built with this one.</summary>
internal static class SiloProgram
{
    /// <summary>.build/bin/Silo/CONFIGURATION/Cluster.Silo beside .build/bin/PROJECT/CONFIGURATION.</summary>
    public static string Find() => Find("Silo");

    /// <summary>The client's program, likewise.</summary>
    public static string FindClient() => Find("Client");

    private static string Find(string room)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(here.Parent!.Parent!.FullName, room, here.Name, $"Cluster.{room}");
        return File.Exists(program)
            ? program
            : throw new InvalidOperationException(
                $"The program is not built where it is expected, {program}: build src/{room} in the same configuration.");
    }
}
