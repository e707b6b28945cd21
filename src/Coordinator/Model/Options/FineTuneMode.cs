namespace Cluster.Coordinator.Model.Options;

/// <summary>When a job trains its winner's numbers further.</summary>
public enum FineTuneMode
{
    /// <summary>If accuracy can be regained: the winner is quantized and less accurate than FP32, or nothing was accurate enough.</summary>
    Auto,

    /// <summary>Whenever the winner is quantized.</summary>
    Always,

    /// <summary>Never. Not written into journals, which name a mode only if there is one.</summary>
    Never,
}
