namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>The gate's findings.</summary>
/// <param name="Images">Images that were run through both.</param>
/// <param name="TopOneAgree">Images on which artefact and simulation, end to end, have the same top-1 class; asked for
/// at 8 bits, reported below.</param>
/// <param name="Failure">Null when the gate is passed, else one sentence that names the first tensor that diverges or
/// what else is wrong.</param>
public sealed record ParityReport(int Images, int TopOneAgree, int QuantizeNodes, IReadOnlyList<GroupParity> Tensors, string? Failure)
{
    /// <summary>Share of images whose top-1 class must agree end to end at 8 bits.</summary>
    public const double RequiredAgreement = 0.995;

    /// <summary>
    /// What the logits may differ by, as a share of the largest, when both run on the same codes: only float32 sums in
    /// another order are left then, which networks of today keep below 1e-4.
    /// </summary>
    public const double LargestLogitsDifference = 0.001;

    /// <summary>Whether the file may be published.</summary>
    public bool Passed => Failure is null;
}
