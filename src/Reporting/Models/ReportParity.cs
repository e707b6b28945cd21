namespace Cluster.Reporting.Models;

/// <summary>What the parity gate found when the artefact was run beside its simulation.</summary>
/// <param name="Images">Images that were run through both.</param>
/// <param name="TopOneAgree">Images on which both have the same top-1 class.</param>
/// <param name="QuantizeNodes">QuantizeLinear nodes in the artefact.</param>
/// <param name="Tensors">Quantized tensors that were compared.</param>
/// <param name="WorstTensor">The tensor with the largest share of different codes, or null where none was
/// compared.</param>
/// <param name="WorstExactShare">Share of its codes that are equal, 0 to 1.</param>
/// <param name="LargestStep">Largest difference of any code, in codes.</param>
/// <param name="Failure">Null where the gate was passed, else why not, in a sentence.</param>
public sealed record ReportParity(
    int Images,
    int TopOneAgree,
    int QuantizeNodes,
    int Tensors,
    string? WorstTensor,
    double WorstExactShare,
    int LargestStep,
    string? Failure);
