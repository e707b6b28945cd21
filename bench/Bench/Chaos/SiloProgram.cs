namespace Cluster.Bench.Chaos;

/// <summary>The program that was built with this one.</summary>
internal static class SiloProgram
{
    /// <summary>.build/bin/Silo/CONFIGURATION/Cluster.Silo beside .build/bin/PROJECT/CONFIGURATION.</summary>
    public static string Find()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Silo", here.Name, "Cluster.Silo");
        return File.Exists(program) ? program : throw new InvalidOperationException($"The program is not built where it is expected, {program}: build src/Silo in the same configuration.");
    }
}
