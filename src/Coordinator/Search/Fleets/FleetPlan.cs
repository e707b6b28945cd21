namespace Cluster.Coordinator.Search.Fleets;

/// <summary>A kind of machine.</summary>
/// <param name="Name">Its name, such as the instruction set "avx512-vnni".</param>
/// <param name="Job">The name of the job that was measured on it; null: the job itself.</param>
/// <param name="IsEarlier">Whether its times are an earlier job's; null: they are not.</param>
public sealed record FleetKind(string Name, string? Job = null, bool? IsEarlier = null);

/// <summary>A plan on each kind of machine.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Speeds">In the order of the kinds.</param>
/// <param name="Drop">The largest measured loss against FP32, on the metric's scale.</param>
/// <param name="IsSameEverywhere">
/// Whether the file is known to be bit-exact on every kind: jobs on all of them measured the same answers, or its sums are the same there.
/// </param>
public sealed record FleetPlan(Plan Plan, IReadOnlyList<FleetSpeed> Speeds, double Drop, bool IsSameEverywhere)
{
    /// <summary>The meaning of the loss for people.</summary>
    [JsonIgnore]
    public MetricScale Scale { get; init; } = MetricScale.Default;

    /// <summary>Its identity.</summary>
    public string PlanDigest => Plan.Digest;

    /// <summary>The least speed-up.</summary>
    public double Least => Speeds.Min(speed => speed.SpeedUp);

    /// <summary>Whether it was timed on every kind.</summary>
    public bool IsMeasured => Speeds.All(speed => speed.IsMeasured);

    // Products of int8 with int8 of all values saturate on processors without VNNI (ADR 46); sums of 4-bit blocks are rounded otherwise on
    // each kind (ADR 55).
    internal static bool IsSameOnEveryKind(Plan plan) =>
        plan.Groups.All(group => !group.Format.MaySaturate && group.Format != GroupFormat.Int4Block);
}

/// <summary>A plan's speed on a kind.</summary>
/// <param name="SpeedUp">FP32's time over the plan's.</param>
/// <param name="IsMeasured">False: by the latency model of that kind's job.</param>
public sealed record FleetSpeed(double SpeedUp, bool IsMeasured)
{
    /// <summary>Ends of its 95 % interval, low and high; null if it was not measured in turn with FP32.</summary>
    public IReadOnlyList<double>? Ci95 { get; init; }

    /// <summary>Whether it is on the front of accuracy and speed of that kind; null where no front is asked for.</summary>
    public bool? IsOnFront { get; init; }

    /// <summary>The speed that a timing shows.</summary>
    internal static FleetSpeed Of(LatencyResult timed) => new(timed.SpeedUp!.Value, timed.Earlier != EarlierTiming.Predicted)
    {
        Ci95 = timed is { LowMs: { } low, HighMs: { } high } ? [timed.Float32MedianMs / high, timed.Float32MedianMs / low] : null,
    };
}
