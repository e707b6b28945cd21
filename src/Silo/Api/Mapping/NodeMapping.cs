using Google.Protobuf.WellKnownTypes;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps nodes to the contract.</summary>
internal static class NodeMapping
{
    /// <param name="workOf">Gives the name of a slot's work.</param>
    public static V1.Node ToContract(this NodeStatus node, Func<SlotStatus, string> workOf) => new()
    {
        Name = Names.Node(node.Id),
        State = State(node),
        Slots = { node.Slots.Select(slot => ToContract(slot, workOf)) },
        Version = node.Version,
        StartTime = node.StartedAt?.ToTimestamp(),
        LastHeartbeatTime = node.SeenAt?.ToTimestamp(),
    };

    private static V1.NodeState State(NodeStatus node) => node switch
    {
        { IsSuspect: true } => V1.NodeState.Suspect,
        { IsDraining: true } => V1.NodeState.Draining,
        { IsCordoned: true } => V1.NodeState.Cordoned,
        _ => V1.NodeState.Ready,
    };

    private static V1.DeviceSlot ToContract(SlotStatus slot, Func<SlotStatus, string> workOf) => new()
    {
        Device = slot.Device,
        DeviceClass = slot.DeviceClass,
        Excluded = slot.IsExcluded,
        Problem = slot.Problem ?? string.Empty,
        Candidate = slot.Job is null ? string.Empty : workOf(slot),
        CandidateStartTime = slot.Job is null ? null : slot.Since?.ToTimestamp(),
    };
}
