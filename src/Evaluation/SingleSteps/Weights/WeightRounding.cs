namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>How `quantize-weights` rounds.</summary>
public enum WeightRounding
{
    /// <summary>Each weight to the nearest code.</summary>
    Nearest,

    /// <summary>One weight after another, with the others compensating for the error (Frantar et al.).</summary>
    Gptq,
}
