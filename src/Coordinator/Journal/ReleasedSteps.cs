using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>
/// Reads what earlier versions wrote of steps after the search: five events, each of one step, where there is one pair
/// now. Whoever reads a journal passes every event through one of these, in order; a journal that was begun by an
/// earlier version and continued by this one holds both kinds.
/// </summary>
public sealed class ReleasedSteps
{
    private const string Reconstruct = "reconstruct";
    private const string FineTune = "fine-tune";

    private JobSpec? _spec;
    private Plan? _winner;
    private string? _learned;

    /// <summary>The event as this version has it.</summary>
    /// <exception cref="JobException">A fine-tuning is told of that the events before it do not ask for.</exception>
    public JournalEvent Current(JournalEvent read)
    {
        JournalEvent current = read switch
        {
            ReconstructionProbed probed => new StepCompleted(
                Reconstruct,
                probed.Item,
                probed.Result,
                Winner: null,
                ReconstructItem.SequenceOf(probed.WeightsMatter ? ReconstructionStep.AdaRound : ReconstructionStep.QDrop),
                probed.Reason),
            ReconstructionCompleted rebuilt => new StepCompleted(
                Reconstruct,
                rebuilt.Item,
                rebuilt.Result,
                rebuilt.Winner,
                rebuilt.Ends || rebuilt.Item.Step == ReconstructionStep.QDrop ? null : ReconstructItem.SequenceOf(rebuilt.Item.Step + 1),
                rebuilt.Reason),
            ReconstructionFailed failed => new StepFailed(Reconstruct, failed.Item, failed.Failure, failed.Attempts),
            FineTuneCompleted tuned => new StepCompleted(
                FineTune, Tuning(tuned.Item), tuned.Result, tuned.Winner, Next: null, tuned.Reason),
            FineTuneFailed failed => new StepFailed(FineTune, Tuning(failed.Item), failed.Failure, failed.Attempts),
            _ => read,
        };
        switch (current)
        {
            case JobSubmitted submitted:
                _spec = submitted.Spec;
                break;
            case WinnerSelected selected:
                _winner = selected.Plan;
                break;
            case StepCompleted { Kept: { } kept }:
                (_winner, _learned) = (kept.Plan, kept.Learned);
                break;
        }

        return current;
    }

    // Those events had the item's id alone.
    private FineTuneItem Tuning(string id)
    {
        var item = _spec is { Options.Epochs: { } epochs } && _winner is not null
            ? new FineTuneItem(_spec.FineTuneContext, _winner, epochs, _learned)
            : null;
        return string.Equals(item?.Id, id, StringComparison.Ordinal)
            ? item!
            : throw new JobException(
                "The journal tells of a fine-tuning that the events before it do not ask for: restore it from a copy, or start again "
                + "with --fresh.");
    }
}

/// <summary>It was found out whether a plan's weights can be the cause of what it loses. Read only.</summary>
internal sealed record ReconstructionProbed(ReconstructItem Item, WeightProbeResult Result, bool WeightsMatter, string Reason)
    : JournalEvent;

/// <summary>A plan's roundings were learned by one method. Read only.</summary>
internal sealed record ReconstructionCompleted(
    ReconstructItem Item, ReconstructResult Result, WinnerSelected? Winner, bool Ends, string Reason) : JournalEvent;

/// <summary>An item of a reconstruction ended without a result. Read only.</summary>
internal sealed record ReconstructionFailed(ReconstructItem Item, FailedResult Failure, int Attempts) : JournalEvent;

/// <summary>The winner was fine-tuned. Read only.</summary>
internal sealed record FineTuneCompleted(string Item, FineTuneResult Result, WinnerSelected? Winner, string Reason) : JournalEvent;

/// <summary>The fine-tuning ended without a result. Read only.</summary>
internal sealed record FineTuneFailed(string Item, FailedResult Failure, int Attempts) : JournalEvent;
