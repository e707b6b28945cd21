namespace Cluster.Coordinator.Journal;

/// <summary>How a search ended.</summary>
public enum WinnerKind
{
    /// <summary>A quantized plan is accurate enough and faster than FP32.</summary>
    Faster,

    /// <summary>Quantized plans are accurate enough but none is faster: FP32 itself is the answer.</summary>
    NothingFaster,

    /// <summary>No quantized plan that was tried is accurate enough: the winner is the most accurate of them.</summary>
    NothingFeasible,
}
