using Cluster.Coordinator.Search;

namespace Cluster.Harness;

/// <summary>What a job's journal tells once the job is over.</summary>
/// <param name="Proposed">Candidates that were proposed.</param>
/// <param name="Lost">Of these, without an end.</param>
/// <param name="Twice">Of these, with more than one end.</param>
/// <param name="Winner">The winner's digest, or null.</param>
/// <param name="Decisions">Digest of everything that was decided and measured, without attempts, owners and
/// times.</param>
/// <param name="FailedAttempts">Attempts without a result.</param>
/// <param name="Unknown">Of these, attempts that their nodes knew nothing of: begun by nobody, or forgotten.</param>
/// <param name="Seconds">From the first record to the last.</param>
internal sealed record JournalFindings(
    int Proposed, int Lost, int Twice, string? Winner, string Decisions, int FailedAttempts, int Unknown, double Seconds)
{
    /// <exception cref="JobException">The events do not follow each other.</exception>
    public static JournalFindings Of(IReadOnlyList<JournalRecord> records)
    {
        var events = records.Select(record => record.Event).ToArray();
        var state = JobState.Fold(events);
        var ends = events
            .Select(
                end => end switch { ItemCompleted completed => completed.Sequence, ItemFailed failed => failed.Sequence, _ => (int?)null })
            .OfType<int>()
            .CountBy(sequence => sequence)
            .ToDictionary();
        var proposed = events.OfType<RoundProposed>().SelectMany(round => round.Items).Select(item => item.Sequence).ToArray();
        return new JournalFindings(
            proposed.Length,
            proposed.Count(sequence => !ends.ContainsKey(sequence)),
            ends.Count(end => end.Value > 1),
            state is { IsCompleted: true, Selection: { } selection } ? selection.Plan.Digest : null,
            CanonicalJson.DigestOfText(string.Join('\n', RoundOrder.Of(events).Select(Decision).OfType<string>())),
            events.OfType<AttemptFailed>().Count(),
            events.OfType<AttemptFailed>().Count(failed => failed.Failure.Reason.EndsWith("does not know it.", StringComparison.Ordinal)),
            records.Count == 0 ? 0 : (records[^1].At - records[0].At).TotalSeconds);
    }

    // How often something was tried, and when it had to wait, depends on who was struck; that it ended, and how, does not.
    private static string? Decision(JournalEvent journalEvent) => journalEvent switch
    {
        AttemptStarted or AttemptFailed or JobSuspended or JobRetried or JobUnschedulable or JobSchedulable => null,
        ItemFailed failed => CanonicalJson.Serialize<JournalEvent>(failed with { Attempts = 0 }),
        _ => CanonicalJson.Serialize(journalEvent),
    };
}
