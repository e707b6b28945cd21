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
