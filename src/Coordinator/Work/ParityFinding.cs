namespace Cluster.Coordinator.Work;

/// <summary>
/// What the parity gate found, a plan's file in its runtime against its simulation: by tensor where the runtime shows codes, and end to
/// end (ADR 49). Divergences are means over the images, in nats where outputs are scores, and half of noise over signal where they are
/// values.
/// </summary>
/// <param name="Passed">Whether the file may be published.</param>
/// <param name="Images">Images that both ran; 0 where the file was not worth running.</param>
/// <param name="Tensors">Tensors whose codes were compared; 0 where the runtime shows none.</param>
public sealed record ParityFinding(bool Passed, int Images, int Tensors)
{
    /// <summary>
    /// Largest difference of any code, the simulation fed the runtime's codes tensor by tensor; null where none was compared.
    /// </summary>
    public int? MaxCodeDifference { get; init; }

    /// <summary>Share of exactly equal codes, ties apart, in the tensor with the fewest, 0 to 1; null where none was compared.</summary>
    public double? ExactShare { get; init; }

    /// <summary>The tensor with the smallest share, where any code differs.</summary>
    public string? WorstTensor { get; init; }

    /// <summary>The group of that tensor.</summary>
    public string? WorstGroup { get; init; }

    /// <summary>Of the runtime's outputs from the simulation's; null where they were not run, or are no numbers.</summary>
    public double? Divergence { get; init; }

    /// <summary>Of the simulation's outputs from FP32's: what the plan itself does.</summary>
    public double? PlanDivergence { get; init; }

    /// <summary>The largest <see cref="Divergence"/> that passes.</summary>
    public double? AllowedDivergence { get; init; }

    /// <summary>Share of images with the same top-1 class in both, 0 to 1; null where outputs are values. No bound is set on it.</summary>
    public double? Top1Agreement { get; init; }

    /// <summary>Labelled images that the simulation has right and the runtime wrong; null without labels.</summary>
    public int? Lost { get; init; }

    /// <summary>Labelled images that the simulation has wrong and the runtime right; null without labels.</summary>
    public int? Gained { get; init; }
}
