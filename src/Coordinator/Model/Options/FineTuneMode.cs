namespace Cluster.Coordinator.Model.Options;

/// <summary>When a job trains its winner's numbers further.</summary>
public enum FineTuneMode
{
    /// <summary>
    /// Where there is accuracy to win back: the winner is quantized and less accurate than FP32, or nothing was accurate enough.
    /// </summary>
    Auto,

    /// <summary>Wherever the winner is quantized.</summary>
    Always,

    /// <summary>Nowhere. Not written into journals, which name a mode only where there is one.</summary>
    Never,
}
