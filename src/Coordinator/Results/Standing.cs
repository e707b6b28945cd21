using Cluster.Coordinator.Search;

namespace Cluster.Coordinator.Results;

/// <summary>How a job's plans stand, while it runs or when it is over.</summary>
/// <param name="Best">The best so far, or null before any quantized plan was evaluated.</param>
/// <param name="Misses">Whether that misses a bound, because no quantized plan so far meets all of them.</param>
/// <param name="Front">See <see cref="JobOutcome.Front"/>; the best or the winner is on it.</param>
/// <param name="PassedOver">See <see cref="JobOutcome.PassedOver"/>.</param>
internal sealed record Standing(
    PlanMeasurement? Best, bool Misses, IReadOnlyList<PlanMeasurement> Front, string? PassedOver);
