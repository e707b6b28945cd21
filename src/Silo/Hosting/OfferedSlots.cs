using Cluster.Coordinator.Model;
using Cluster.Evaluation.Nodes;
using Cluster.Grains.Contracts;

namespace Cluster.Silo.Hosting;

/// <summary>This machine's slots, as announced.</summary>
internal static class OfferedSlots
{
    /// <param name="devices">One per slot, such as "cpu:0" or "cuda:1".</param>
    public static SlotStatus[] Of(IEnumerable<string> devices, EvaluatorVersions versions) =>
        [.. devices.Select(device => Of(device, SlotOffer.Of(device), versions))];

    /// <summary>One slot.</summary>
    public static SlotStatus Of(string device, SlotOffer offer, EvaluatorVersions versions) => new()
    {
        Device = device,
        DeviceClass = offer.Class ?? versions.InstructionSet,
        Host = versions.InstructionSet,
        Targets = offer.Targets,
        MemoryBytes = offer.MemoryBytes,
        Lacks = offer.Lacks,
    };
}
