namespace Cluster.Coordinator.Work;

/// <summary>What each step is called.</summary>
public static class ReconstructionStepExtensions
{
    /// <summary>As papers write it.</summary>
    public static string Title(this ReconstructionStep step) => step switch
    {
        ReconstructionStep.Probe => "FP32 weights",
        ReconstructionStep.AdaRound => "AdaRound",
        ReconstructionStep.Brecq => "BRECQ",
        _ => "QDrop",
    };

    /// <summary>How weights are rounded, in the word of a plan.</summary>
    public static string Rounding(this ReconstructionStep step) => step switch
    {
        ReconstructionStep.Probe => "none",
        ReconstructionStep.AdaRound => "adaround",
        ReconstructionStep.Brecq => "brecq",
        _ => "qdrop",
    };
}
