namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>How `quantize-weights` rounds.</summary>
public enum WeightRounding
{
    /// <summary>Each weight to the nearest code.</summary>
    Nearest,

    /// <summary>One after the other, the rest making up for the error (Frantar et al.).</summary>
    Gptq,
}
