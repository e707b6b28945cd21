namespace Cluster.Coordinator.Search.Judgements;

/// <summary>How a job's plans stand, while it runs or when it is over.</summary>
/// <param name="Best">The best so far, or null before any quantized plan was evaluated.</param>
/// <param name="Misses">Whether that misses a bound, because no quantized plan so far meets all of them.</param>
/// <param name="Front">The front as in the result; the best or the winner is on it.</param>
/// <param name="PassedOver">Why plans that measured as fast or faster are not it, in a sentence; null if there are none.</param>
internal sealed record Standing(PlanMeasurement? Best, bool Misses, IReadOnlyList<PlanMeasurement> Front, string? PassedOver);
