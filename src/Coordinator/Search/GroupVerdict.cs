using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>Why a group has the precision it has in the winner.</summary>
/// <param name="Group">The group.</param>
/// <param name="Precision">What the winner gives it.</param>
/// <param name="Kl">KL in nats of this group alone in 8 bits, where the sweep was made.</param>
/// <param name="SqnrDb">Signal to noise in decibels of this group alone in 8 bits, where the sweep was made.</param>
/// <param name="PredictedSavedMs">Predicted milliseconds a run that 8 bits save here, edges to its neighbours in the winner included; negative where they cost.</param>
/// <param name="Code">Why, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record GroupVerdict(
    string Group,
    Precision Precision,
    double? Kl,
    double? SqnrDb,
    double? PredictedSavedMs,
    VerdictCode Code,
    string Reason);
