using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Grpc.Core;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Cluster.Client.Commands;

/// <summary>`cluster cordon`, `uncordon` and `drain`: commands that change a node and print its new state.</summary>
internal static class NodeCommands
{
    public static Command Cordon(ClientContext context) => Create(
        context,
        "cordon",
        ["cordon nodes/NODE"],
        (server, name, options, _) => server.Nodes.CordonNodeAsync(new CordonNodeRequest { Name = name }, options));

    public static Command Uncordon(ClientContext context) => Create(
        context,
        "uncordon",
        ["uncordon nodes/NODE"],
        (server, name, options, _) => server.Nodes.UncordonNodeAsync(new UncordonNodeRequest { Name = name }, options));

    public static Command Drain(ClientContext context)
    {
        var grace = RemoteValues.Duration("--grace", "how long what runs may go on, such as 5m (default: 60s)");
        return Create(
            context,
            "drain",
            ["drain nodes/NODE", "drain nodes/NODE --grace 10m"],
            (server, name, options, parsed) => server.Nodes.DrainNodeAsync(
                new DrainNodeRequest { Name = name, Grace = parsed.GetValue(grace) is { } time ? Duration.FromTimeSpan(time) : null },
                options),
            grace);
    }

    private static Command Create(
        ClientContext context,
        string verb,
        string[] examples,
        Func<ServerConnection, string, CallOptions, ParseResult, AsyncUnaryCall<Node>> call,
        params Option[] more)
    {
        var node = new Argument<string>("NODE") { Description = "name of a node, as ./cluster nodes shows it" };
        return ChangeCommand.Create(
            context, verb, examples, node, NodeName.Parse, call, changed => $"{changed.Name} {Words.Of(changed.State)}", more);
    }
}
