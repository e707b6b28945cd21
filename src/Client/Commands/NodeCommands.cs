using Cluster.Contract.V1;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Cluster.Client.Commands;

/// <summary>`cluster nodes`, and `cordon`, `uncordon` and `drain`, which change a node and print its new state.</summary>
internal static class NodeCommands
{
    public static Command List(ClientContext context) => RemoteCommand.Create(
        context,
        "nodes",
        ["nodes", "nodes --json"],
        [],
        async call => new ListNodesResponse { Nodes = { await Pages.NodesAsync(call.Server, call.Cancellation) } },
        (call, found) => NodeTable.Write(call.Console, found.Nodes, context.Time.GetUtcNow()));

    public static Command Cordon(ClientContext context) => Create(
        context,
        "cordon",
        ["cordon nodes/NODE"],
        (call, name, options) => call.Server.Nodes.CordonNodeAsync(new CordonNodeRequest { Name = name }, options));

    public static Command Uncordon(ClientContext context) => Create(
        context,
        "uncordon",
        ["uncordon nodes/NODE"],
        (call, name, options) => call.Server.Nodes.UncordonNodeAsync(new UncordonNodeRequest { Name = name }, options));

    public static Command Drain(ClientContext context)
    {
        var grace = RemoteValues.Duration("--grace", "how long what runs may go on, such as 5m (default: 60s)");
        return Create(
            context,
            "drain",
            ["drain nodes/NODE", "drain nodes/NODE --grace 10m"],
            (call, name, options) => call.Server.Nodes.DrainNodeAsync(
                new DrainNodeRequest
                {
                    Name = name,
                    Grace = call.Parsed.GetValue(grace) is { } time ? Duration.FromTimeSpan(time) : null,
                },
                options),
            grace);
    }

    private static Command Create(
        ClientContext context,
        string verb,
        string[] examples,
        Func<RemoteCall, string, CallOptions, AsyncUnaryCall<Node>> change,
        params Option[] more) => RemoteCommand.Change(
            context,
            verb,
            examples,
            new Argument<string>("NODE") { Description = "name of a node, as ./cluster nodes shows it" },
            NodeName.Parse,
            change,
            node => $"{node.Name} {Words.Of(node.State)}",
            more);
}
