using System.CommandLine;
using Cluster.Reproductions.Vitis;
using Cluster.Terminal;

namespace Cluster.Bench.Reproductions;

/// <summary>`bench reproduce vitis`: the text's examples by number.</summary>
internal static class ReproduceVitisCommand
{
    public static Command Create()
    {
        var command = new Command("vitis", "\"Vitis AI: basics\": the text's examples by number.");
        command.SetAction(parsed =>
        {
            var console = CommandConsole.For(parsed.InvocationConfiguration.Output);
            var table = CommandConsole.Table(console, "Example", ">text", ">here", "");
            foreach (var example in VitisExamples.All())
            {
                CommandConsole.AddRow(table, example.Name, example.Text, example.Here, example.Remark ?? "");
            }

            console.Write(table);
        });
        return command;
    }
}
