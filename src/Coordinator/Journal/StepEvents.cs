using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>It was found out whether a plan's weights can be the cause of what it loses.</summary>
/// <param name="Item">What was asked.</param>
/// <param name="Result">What was found.</param>
/// <param name="WeightsMatter">Whether methods that learn roundings alone are tried.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record ReconstructionProbed(ReconstructItem Item, WeightProbeResult Result, bool WeightsMatter, string Reason) : JournalEvent;

/// <summary>A plan's roundings were learned by one method, and it was decided whether what came of it takes the winner's place.</summary>
/// <param name="Item">What was asked.</param>
/// <param name="Result">What was found.</param>
/// <param name="Winner">The selection that replaces the one before, or null where that stays as it was.</param>
/// <param name="Ends">Whether the next method is left out: this one met the constraint, or no other could do better.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record ReconstructionCompleted(
    ReconstructItem Item,
    ReconstructResult Result,
    WinnerSelected? Winner,
    bool Ends,
    string Reason) : JournalEvent;

/// <summary>
/// A step of the escalation ended without a result for a reason of its own; the winner stays as it was, the next step
/// follows.
/// </summary>
/// <param name="Item">What was asked.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record ReconstructionFailed(ReconstructItem Item, FailedResult Failure, int Attempts) : JournalEvent;

/// <summary>The winner was fine-tuned, and it was decided whether what came of it takes the winner's place.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Result">What was found.</param>
/// <param name="Winner">The selection that replaces the search's, or null where the winner stays as it was.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record FineTuneCompleted(string Item, FineTuneResult Result, WinnerSelected? Winner, string Reason) : JournalEvent;

/// <summary>The fine-tuning ended without a result for a reason of its own; the winner stays as it was.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record FineTuneFailed(string Item, FailedResult Failure, int Attempts) : JournalEvent;
