using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>It was found out whether a plan's weights can be the cause of what it loses.</summary>
/// <param name="Item">What was asked.</param>
/// <param name="Result">What was found.</param>
/// <param name="WeightsMatter">Whether methods that learn roundings alone are tried.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record ReconstructionProbed(ReconstructItem Item, WeightProbeResult Result, bool WeightsMatter, string Reason) : JournalEvent;
