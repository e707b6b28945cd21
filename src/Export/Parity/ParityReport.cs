namespace Cluster.Export.Parity;

/// <summary>The gate's findings.</summary>
/// <param name="Images">Images that were run through both.</param>
/// <param name="QuantizeNodes">QuantizeLinear nodes of the artefact.</param>
/// <param name="Tensors">Tensors whose codes were compared, in the order of execution; empty if the runtime exposes none.</param>
/// <param name="Outputs">The first output, end to end; null if the file was not run.</param>
/// <param name="CodeFailure">Null if file and codes pass, else one sentence that names the first tensor that diverges or another
/// fault.</param>
public sealed record ParityReport(
    int Images, int QuantizeNodes, IReadOnlyList<GroupParity> Tensors, OutputParity? Outputs, string? CodeFailure)
{
    /// <summary>Why the file may not be published, in one or two sentences; null if it may.</summary>
    public string? Failure => CodeFailure ?? OutputFailure;

    /// <summary>Whether the file may be published.</summary>
    public bool Passed => Failure is null;

    /// <summary>
    /// The tensors to look at if the file is refused: those that do not pass. If only the outputs differ, the tensor with the largest share
    /// of other codes, including ties, since the divergence starts there. Empty if there is none.
    /// </summary>
    public IReadOnlyList<GroupParity> Suspects => Passed ? []
        : Tensors.Any(tensor => !tensor.Passes) ? [.. Tensors.Where(tensor => !tensor.Passes)]
        : CodeFailure is null && Farthest is { } worst ? [worst]
        : [];

    private GroupParity? Farthest => Tensors.MaxBy(tensor => tensor.OtherShare) is { OtherShare: > 0 } worst ? worst : null;

    private string? OutputFailure => Outputs switch
    {
        null or { Passes: true } => null,
        { IsNear: false } apart =>
            $"End to end, runtime and simulation are {apart.Divergence:G3} apart on {Images} images (mean divergence of the outputs), "
            + $"where {apart.Allowed:G3} is allowed: the plan is {apart.PlanDivergence:G3} from FP32 and the file "
            + $"{apart.RuntimeDivergence:G3}, and roundings that float32 leaves open move the simulation by {apart.Drift:G3}. {Suspected}",
        var other =>
            $"End to end, the runtime has {other.Lost} of {Images} images wrong that the simulation has right, and {other.Gained} the "
            + $"other way round, which is not by chance. {Suspected}",
    };

    private string Suspected => Tensors.Count == 0 ? "This runtime shows no codes, so no group can be named."
        : Farthest is { } worst
            ? $"The likeliest cause is in group '{worst.Group}', whose tensor '{worst.Tensor}' has the largest share of other codes, "
                + $"{worst.OtherShare:P4}."
            : "Every code is the same in both, so no group can be named.";
}
