namespace Cluster.Coordinator.Work;

/// <summary>Sensitivity of every group.</summary>
/// <param name="Groups">One per group, in the space's order.</param>
/// <param name="Seconds">Wall time of the sweep.</param>
/// <param name="Format">The format of the one group; null for 8 bits.</param>
/// <param name="Part">What the other pieces are added to; null: <paramref name="Groups"/> has all images.</param>
public sealed record SensitivityResult(
    IReadOnlyList<GroupSensitivity> Groups,
    double Seconds = 0,
    GroupFormat? Format = null,
    SweptPart? Part = null) : WorkResult
{
    /// <summary>The format that each group alone was in.</summary>
    [JsonIgnore]
    public GroupFormat Swept => Format ?? GroupFormat.Int8;
}

/// <summary>The effect of one group alone in the sweep's format on the network.</summary>
/// <param name="Group">The group.</param>
/// <param name="Kl">Mean KL(FP32 ‖ group in the format), in nats: see <see cref="AccuracyResult.Kl"/>.</param>
/// <param name="SqnrDb">Signal to quantization noise of what the group hands on, in decibels, or null where there is no noise.</param>
/// <param name="Correct">Images that are answered rightly, as the metric has it.</param>
/// <param name="Total">Images whose answers were looked at; 0 where none were.</param>
public sealed record GroupSensitivity(string Group, double Kl, double? SqnrDb, int Correct, int Total);

/// <summary>The sums over the pieces of a sweep.</summary>
/// <param name="Part">The piece.</param>
/// <param name="Images">Its images.</param>
/// <param name="Groups">One per group, in the space's order.</param>
public sealed record SweptPart(SweepPart Part, int Images, IReadOnlyList<SweptSums> Groups);

/// <summary>Sums over the images of a piece, for one group alone in the sweep's format.</summary>
/// <param name="Divergence">Sum of KL(FP32 ‖ group in the format), in nats.</param>
/// <param name="Signal">Sum of squares of the group's output in FP32.</param>
/// <param name="Noise">Sum of squares of its error in the format.</param>
public sealed record SweptSums(double Divergence, double Signal, double Noise);

/// <summary>
/// One of the pieces of a sweep, a run of its images, so that several slots can share it. The job defines the number of pieces, not the
/// cluster: sums are added in the order of the pieces, so that one slot and many give the same bits.
/// </summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">Pieces of the sweep.</param>
public sealed record SweepPart(int Index, int Count)
{
    /// <summary>A smaller piece costs more to set up than it saves.</summary>
    public const int FewestImages = 64;

    /// <summary>The most pieces: all images of a sweep, at the fewest that a piece is worth.</summary>
    public const int Usual = 4;

    /// <summary>The pieces of a sweep; a null alone where it is not divided.</summary>
    /// <param name="images">Images of the whole sweep.</param>
    /// <param name="most">The most pieces; null: one.</param>
    public static IReadOnlyList<SweepPart?> Of(int images, int? most)
    {
        var count = Math.Min(most ?? 1, images / FewestImages);
        return count < 2 ? [null] : [.. Enumerable.Range(0, count).Select(index => new SweepPart(index, count))];
    }

    /// <summary>The images of the piece, as indices within the sweep's: sizes differ by one at most.</summary>
    /// <param name="images">Images of the whole sweep, at least as many as pieces.</param>
    public Range Within(int images) => (int)((long)images * Index / Count)..(int)((long)images * (Index + 1) / Count);

    /// <inheritdoc/>
    public override string ToString() => $"part {Index + 1} of {Count}";
}
