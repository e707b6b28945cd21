namespace Cluster.Grains.Nodes;

/// <summary>Whether a slot can serve a request.</summary>
internal static class SlotMatch
{
    private const double Gibibyte = 1L << 30;

    /// <summary>The first thing that the slot lacks, or null if nothing.</summary>
    public static SlotLack? Lack(SlotStatus slot, SlotRequest request)
    {
        if (request.Needs is not { } needs)
        {
            return null;
        }

        if (needs.Host.Length > 0 && !Same(slot.Host, needs.Host))
        {
            return new SlotLack(0, $"with other processors ({slot.Host} where the job was made for {needs.Host})");
        }

        return needs.Target.Length == 0 ? null : OfTarget(slot, needs);
    }

    private static SlotLack? OfTarget(SlotStatus slot, SlotNeeds needs)
    {
        if (!slot.Targets.Contains(needs.Target, StringComparer.Ordinal))
        {
            return new SlotLack(1, $"without a slot for {needs.Target}");
        }

        if (needs.Device.Length > 0 && !Same(slot.DeviceClass, needs.Device))
        {
            return new SlotLack(2, $"of another kind ({slot.DeviceClass} where the job asks for {needs.Device})");
        }

        if (needs.Formats.Intersect(slot.Lacks, StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
        {
            return new SlotLack(3, $"whose device has no {string.Join(" and no ", missing)}");
        }

        return slot.MemoryBytes > 0 && slot.MemoryBytes < needs.MemoryBytes
            ? new SlotLack(4,
                $"whose device has {slot.MemoryBytes / Gibibyte:0.0} GiB where the job takes {needs.MemoryBytes / Gibibyte:0.0} GiB")
            : null;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}

/// <summary>A slot's missing requirement.</summary>
/// <param name="Step">How many checks the slot passed: larger is closer.</param>
/// <param name="Words">The words after a number of nodes.</param>
internal sealed record SlotLack(int Step, string Words);
