namespace Cluster.Coordinator.Model.Options;

/// <summary>When a job learns roundings after its search.</summary>
public enum ReconstructionMode
{
    /// <summary>
    /// If error is left: a plan faster than the winner was refused only for its accuracy, or the winner is less accurate than FP32.
    /// </summary>
    Auto,

    /// <summary>Whenever there is a quantized plan.</summary>
    Always,

    /// <summary>Never. Not written into journals, which name a mode only if there is one.</summary>
    Never,
}
