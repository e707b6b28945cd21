using Cluster.Contract.V1;
using Spectre.Console;

namespace Cluster.Client.Views;

/// <summary>The table of `nodes`, a row for each slot; part of what `watch` shows.</summary>
internal static class NodeTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<Node> nodes, DateTimeOffset now)
    {
        if (nodes.Count == 0)
        {
            CommandConsole.Line(console, "no nodes");
            return;
        }

        console.Write(Create(console, nodes, now));
    }

    public static Table Create(IAnsiConsole console, IReadOnlyList<Node> nodes, DateTimeOffset now)
    {
        var table = CommandConsole.Table(console, "Node", "State", "Device", "Class", "Evaluates", ">For", ">Heard", "Version");
        foreach (var node in nodes)
        {
            string heard = Words.Since(node.LastHeartbeatTime, now);
            if (node.Slots.Count == 0)
            {
                CommandConsole.AddRow(
                    table, node.Name, Words.Of(node.State), "no slots", Figures.None, Figures.None, Figures.None, heard, node.Version);
            }

            foreach (var slot in node.Slots)
            {
                bool isFree = slot.Candidate.Length == 0;
                CommandConsole.AddRow(
                    table,
                    node.Name,
                    Words.Of(node.State),
                    slot.Device,
                    slot.DeviceClass,
                    isFree ? slot.Excluded ? "excluded" : "idle" : slot.Candidate,
                    isFree ? Figures.None : Words.Since(slot.CandidateStartTime, now),
                    heard,
                    node.Version);
            }
        }

        return table;
    }
}
