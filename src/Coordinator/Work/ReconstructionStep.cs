namespace Cluster.Coordinator.Work;

/// <summary>The steps of an escalation, cheapest first.</summary>
public enum ReconstructionStep
{
    /// <summary>The plan with its activations quantized and its weights in FP32: what is lost then, weights did not lose.</summary>
    Probe,

    /// <summary>Roundings, layer by layer.</summary>
    AdaRound,

    /// <summary>Roundings, block by block, with FP32 activations; then the activations' steps.</summary>
    Brecq,

    /// <summary>Roundings and activation steps together, block by block, activations quantized at random.</summary>
    QDrop,
}
