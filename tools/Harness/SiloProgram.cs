using System.Net;
using Cluster.Coordinator;
using Cluster.Silo.Hosting;
using Microsoft.Extensions.Hosting;

namespace Cluster.Harness;

/// <summary>The programs that were built with this one.</summary>
internal static class SiloProgram
{
    /// <summary>.build/bin/Silo/CONFIGURATION/Cluster.Silo beside .build/bin/PROJECT/CONFIGURATION.</summary>
    public static string Find() => Find("Silo");

    /// <summary>The client's program, likewise.</summary>
    public static string FindClient() => Find("Client");

    /// <summary>Whether its silos can form a cluster on a database. Nothing is connected to.</summary>
    /// <returns>Null, or the sentence with which the product refuses.</returns>
    public static string? WhyNotSeveral()
    {
        var options = new SiloOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            DataFolder = string.Empty,
            Devices = [],
            Database = "Host=127.0.0.1",
        };
        try
        {
            new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true })
                .UseOrleans(silo => OrleansClustering.Configure(silo, options));
            return null;
        }
        catch (JobException refusal)
        {
            return refusal.Message;
        }
    }

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
