using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>`cluster nodes`.</summary>
internal static class NodesCommand
{
    public static Command Create(ClientContext context)
    {
        var remote = new RemoteOptions(context);
        var command = new Command("nodes", CommandHelp.Describe(OtherVerbs.What("nodes"), "nodes", "nodes -o json"));
        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            bool isJson = remote.IsJson(parsed);
            using var server = remote.Connect(parsed);
            var nodes = await Pages.NodesAsync(server, int.MaxValue, cancellation);
            var streams = parsed.InvocationConfiguration;
            if (isJson)
            {
                await JsonOutput.WriteAsync(streams.Output, new ListNodesResponse { Nodes = { nodes } });
            }
            else
            {
                NodeTable.Write(CommandConsole.For(streams.Output), nodes, context.Time.GetUtcNow());
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
