namespace Cluster.Coordinator.Running;

/// <summary>What a search has found so far, of a bounded size, for dashboards.</summary>
public sealed record SearchPicture
{
    private const int MostPlans = 12;
    private const int MostGroups = 8;

    /// <summary>Quantized plans that were evaluated on all images and are accurate enough.</summary>
    public required int Accurate { get; init; }

    /// <summary>Those that are not.</summary>
    public required int Lossy { get; init; }

    /// <summary>Plans that were evaluated on a part of the images only.</summary>
    public required int FirstLooks { get; init; }

    /// <summary>Plans without a result.</summary>
    public required int Failed { get; init; }

    /// <summary>The least drop of a quantized plan on all images as it is compared with the bound, in the unit of the metric (0.01: one
    /// point of top-1); null before one is known.</summary>
    public required double? LeastDrop { get; init; }

    /// <summary>FP32's time over that of the fastest plan that is accurate enough; null before one was timed.</summary>
    public required double? Speedup { get; init; }

    /// <summary>The plans that no other beats, fastest first: at most 12, the slowest are left out.</summary>
    public required IReadOnlyList<PicturedPlan> Front { get; init; }

    /// <summary>The groups that cost most when each alone is quantized: at most 8, worst first.</summary>
    public required IReadOnlyList<GroupSensitivity> Worst { get; init; }

    /// <summary>How annealing stands; null before, and of other searches.</summary>
    public AnnealingState? Annealing { get; init; }

    internal static SearchPicture Of(SearchMemory memory, Standing standing)
    {
        var quantized = memory.FullPlans.Where(plan => !plan.IsBaseline).ToArray();
        var accurate = quantized.Count(memory.IsAccurateEnough);
        return new SearchPicture
        {
            Accurate = accurate,
            Lossy = quantized.Length - accurate,
            FirstLooks = memory.PartlySeen.Count(),
            Failed = memory.FailedPlans,
            LeastDrop = quantized.Min(memory.Drop),
            Speedup = standing is { Misses: false, Best.Latency: { MedianMs: > 0 } timed } ? timed.Float32MedianMs / timed.MedianMs : null,
            Front =
            [
                .. standing.Front.Where(one => one.Latency is not null)
                    .Take(MostPlans)
                    .Select(one => new PicturedPlan(
                        one.Plan.Digest[..8], memory.Drop(one.Plan) ?? one.Accuracy?.Loss ?? 0, one.Latency!.MedianMs)),
            ],
            Worst = [.. (memory.Sensitivity?.Groups ?? []).OrderByDescending(group => group.Kl).Take(MostGroups)],
        };
    }
}

/// <summary>A plan of <see cref="SearchPicture.Front"/>.</summary>
/// <param name="Name">The first eight characters of its digest.</param>
/// <param name="Drop">As <see cref="SearchPicture.LeastDrop"/>.</param>
/// <param name="Milliseconds">Its median time.</param>
public sealed record PicturedPlan(string Name, double Drop, double Milliseconds);
