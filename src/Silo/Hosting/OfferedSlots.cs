namespace Cluster.Silo.Hosting;

/// <summary>This machine's slots, as announced.</summary>
internal static class OfferedSlots
{
    /// <param name="devices">One per slot, such as "cpu:0" or "cuda:1".</param>
    /// <param name="kind">The kind of machine; null: the instruction set.</param>
    public static SlotStatus[] Of(IEnumerable<string> devices, EvaluatorVersions versions, string? kind) =>
        [.. devices.Select(device => Of(device, SlotOffer.Of(device), versions, kind))];

    /// <summary>One slot.</summary>
    public static SlotStatus Of(string device, SlotOffer offer, EvaluatorVersions versions, string? kind = null) => new()
    {
        Device = device,
        DeviceClass = offer.Class ?? kind ?? versions.InstructionSet,
        Host = versions.InstructionSet,
        Targets = offer.Targets,
        MemoryBytes = offer.MemoryBytes,
        Lacks = offer.Lacks,
    };
}
