namespace Cluster.Coordinator.Model.Options;

/// <summary>When a job learns roundings after its search.</summary>
public enum ReconstructionMode
{
    /// <summary>
    /// Where error is left: a plan that is faster than the winner was refused for its accuracy alone, or the winner is less accurate than
    /// FP32.
    /// </summary>
    Auto,

    /// <summary>Wherever there is a quantized plan.</summary>
    Always,

    /// <summary>Nowhere. Not written into journals, which name a mode only where there is one.</summary>
    Never,
}
