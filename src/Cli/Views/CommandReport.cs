using System.Text.Json;
using Cluster.Plans;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Views;

/// <summary>What a command reports on standard output: JSON for machines, or what people read.</summary>
internal static class CommandReport
{
    public static async Task WriteAsync<T>(TextWriter output, bool json, T report, Action<IAnsiConsole, T> view)
    {
        if (json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(report, PlanJson.Indented));
        }
        else
        {
            view(CommandConsole.For(output), report);
        }
    }
}
