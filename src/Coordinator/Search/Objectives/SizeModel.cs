using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Objectives;

/// <summary>
/// Bytes of plans' files. Weights shrink from 32 bits to those of their format; what quantizing adds to a file (scales, nodes) is shared
/// out by the same measure, so that the model is exact for FP32 and for the fully quantized file that was measured.
/// </summary>
internal sealed class SizeModel
{
    private readonly SearchMemory _memory;
    private readonly long _float32Bytes;
    private readonly double _realized;

    private SizeModel(SearchMemory memory, long float32Bytes, double realized)
    {
        _memory = memory;
        _float32Bytes = float32Bytes;
        _realized = realized;
    }

    /// <summary>The model by what is measured so far, or null before FP32's file is.</summary>
    public static SizeModel? Of(SearchMemory memory)
    {
        if (memory.Full(memory.Baseline) is not { } float32)
        {
            return null;
        }

        var smallest = memory.FullPlans.Where(plan => !plan.IsBaseline).MinBy(plan => memory.Full(plan)!.SizeBytes);
        var saved = smallest is null ? 0 : SavedBytes(memory, smallest);
        var realized = saved > 0 ? (float32.SizeBytes - memory.Full(smallest!)!.SizeBytes) / saved : 1;
        return new SizeModel(memory, float32.SizeBytes, realized);
    }

    /// <summary>Bytes that the weights alone of the smallest plan have: no file of this network is smaller.</summary>
    public static double LeastBytes(SearchMemory memory)
    {
        var bits = memory.Formats.All.Min(format => format.Weights.Bits);
        return memory.Space.Groups
            .Select((group, i) => group.Parameters * (memory.Choice.MayQuantize(i) ? bits : 32) / 8.0)
            .Sum();
    }

    /// <summary>Bytes of a plan's file: as measured, else predicted.</summary>
    public double Bytes(Plan plan) =>
        _memory.Full(plan)?.SizeBytes ?? _float32Bytes - (_realized * SavedBytes(_memory, plan));

    // Of its weights.
    private static double SavedBytes(SearchMemory memory, Plan plan) => plan.Groups
        .Select((decision, i) => memory.Space.Groups[i].Parameters * (32 - decision.Format.Weights.Bits) / 8.0)
        .Sum();
}
