using System.Text.Json;
using Cluster.Plans;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Views;

/// <summary>A command's report on standard output: JSON for machines, or text for people.</summary>
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
