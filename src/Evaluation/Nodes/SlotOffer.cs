namespace Cluster.Evaluation.Nodes;

/// <summary>The work that a slot of this machine can do.</summary>
/// <param name="Class">Class of its GPU; null for a slot on the processors.</param>
/// <param name="Targets">The targets whose files it runs.</param>
/// <param name="MemoryBytes">Bytes of its GPU's memory; 0 for the processors, or if unknown.</param>
/// <param name="Lacks">Number formats that its GPU cannot compute in.</param>
public sealed record SlotOffer(string? Class, IReadOnlyList<string> Targets, long MemoryBytes, IReadOnlyList<string> Lacks)
{
    // CUDA C++ Programming Guide, arithmetic instructions by compute capability: the first with tensor products of float16.
    private static readonly (int Major, int Minor) SinceFloat16 = (7, 0);

    /// <summary>The offer of a slot such as "cpu:0" or "cuda:1".</summary>
    /// <param name="library">NVML's file.</param>
    public static SlotOffer Of(string slot, string library = Nvml.FileName)
    {
        if (SlotDevice.NumberOf(slot) is not { } index)
        {
            return new SlotOffer(null, TargetsOf(isGpu: false), 0, []);
        }

        var gpu = Nvml.TryOpen(library, out _)?.Visible(index);
        return new SlotOffer(
            SlotDevice.Gpu(index).Class,
            TargetsOf(isGpu: true),
            gpu?.MemoryBytes ?? 0,
            gpu?.ComputeCapability is { } known ? Missing(known) : []);
    }

    /// <summary>The formats that a compute capability lacks.</summary>
    internal static string[] Missing((int Major, int Minor) capability) =>
        capability.CompareTo(SinceFloat16) < 0 ? ["float16"] : [];

    private static string[] TargetsOf(bool isGpu) =>
        [.. TargetList.All.Where(target => target.UsesGpu == isGpu && target.IsInstalled).Select(target => target.Name)];
}
