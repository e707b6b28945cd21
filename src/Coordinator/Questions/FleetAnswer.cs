using System.Text.Json.Serialization;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Plans;

namespace Cluster.Coordinator.Questions;

/// <summary>One plan for machines of several kinds.</summary>
/// <param name="Question">The question, in words.</param>
/// <param name="Kinds">The kinds, in the order of the jobs.</param>
/// <param name="Best">Of the plans that were timed on every kind, the one whose least speed-up is largest; null if FP32 is.</param>
/// <param name="Predicted">A plan whose least speed-up is predicted to be larger still, though it was not timed everywhere.</param>
/// <param name="Plans">Both, and those that no other beats on every kind, the largest least speed-up first.</param>
public sealed record FleetAnswer(
    string Question, IReadOnlyList<FleetKind> Kinds, FleetPlan? Best, FleetPlan? Predicted, IReadOnlyList<FleetPlan> Plans);

/// <summary>A kind of machine.</summary>
/// <param name="Job">The name of the job that was measured on it.</param>
/// <param name="Processor">Its instruction set or device, such as "avx512-vnni".</param>
public sealed record FleetKind(string Job, string Processor);

/// <summary>A plan on each kind.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Speeds">In the order of the kinds.</param>
/// <param name="Drop">The largest loss against FP32 that any of the jobs measured, on the metric's scale.</param>
/// <param name="IsSameEverywhere">
/// Whether the file is known to answer alike on every kind: jobs on all of them measured the same answers, or nothing in it can saturate.
/// </param>
public sealed record FleetPlan(Plan Plan, IReadOnlyList<FleetSpeed> Speeds, double Drop, bool IsSameEverywhere)
{
    /// <summary>The meaning of the loss for people.</summary>
    [JsonIgnore]
    public MetricScale Scale { get; init; } = new(MetricKind.Top1, 0);

    /// <summary>The least speed-up.</summary>
    public double Least => Speeds.Min(speed => speed.SpeedUp);

    /// <summary>Whether it was timed on every kind.</summary>
    public bool IsMeasured => Speeds.All(speed => speed.IsMeasured);
}

/// <summary>A plan's speed on a kind.</summary>
/// <param name="SpeedUp">FP32's time over the plan's.</param>
/// <param name="IsMeasured">False: by the latency model of that kind's job.</param>
public sealed record FleetSpeed(double SpeedUp, bool IsMeasured);
