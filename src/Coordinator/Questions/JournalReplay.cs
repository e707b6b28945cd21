using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Coordinator.Questions;

/// <summary>Whether this version of the search makes the decisions recorded in a journal.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Agrees">Whether all decisions are the same.</param>
/// <param name="Rounds">Rounds that were decided again.</param>
/// <param name="Results">Results that these decisions were based on.</param>
/// <param name="Winner">Digest of the winner's plan in the journal; null before there is one.</param>
/// <param name="IsFinished">Whether the job has ended.</param>
/// <param name="Record">The first record with another decision, from 0; null if there is none.</param>
/// <param name="Difference">The difference there, in a sentence; null if there is none.</param>
public sealed record ReplayReport(
    string JobId,
    bool Agrees,
    int Rounds,
    int Results,
    string? Winner,
    bool IsFinished,
    long? Record,
    string? Difference);

/// <summary>
/// Folds a journal again, record by record, and compares each decision with the one that the strategy and the steps now make from the
/// records before it: rounds, winners and what follows from learned results.
/// </summary>
public static class JournalReplay
{
    /// <summary>Replays a journal; an unfinished job's up to its end.</summary>
    /// <exception cref="JobException">It is empty, or its events cannot follow each other.</exception>
    public static ReplayReport Of(IReadOnlyList<JournalRecord> records)
    {
        var state = JobState.Fold(records.Take(1).Select(record => record.Event))
            ?? throw new JobException("The journal is empty: give the folder of a job that was begun.");
        var strategy = SearchStrategies.Of(state.Spec.Options);
        foreach (var record in records.Skip(1))
        {
            if (Difference(state, strategy, record.Event) is { } difference)
            {
                return Report(state, record.Number, difference);
            }

            state.Apply(record.Event);
        }

        return Report(state, record: null, difference: null);
    }

    private static ReplayReport Report(JobState state, long? record, string? difference) => new(
        state.JobId,
        difference is null,
        state.Rounds.Count,
        state.Results.Count,
        state.Winner?.Plan.Digest,
        state.IsCompleted,
        record,
        difference);

    private static string? Difference(JobState state, ISearchStrategy strategy, JournalEvent recorded)
    {
        try
        {
            return recorded switch
            {
                RoundProposed round => Compare(round, strategy.Next(state)),
                WinnerSelected winner => Compare(winner, strategy.Next(state)),
                StepCompleted step => Compare(state, step),
                _ => null,
            };
        }
        catch (JobException refusal)
        {
            return refusal.Message;
        }
    }

    private static string? Compare(RoundProposed recorded, SearchStep decided) => decided switch
    {
        ProposedRound round when round.Items.SequenceEqual(recorded.Items.Select(item => item.Item)) => null,
        ProposedRound round =>
            $"Round {recorded.Round} has {recorded.Items.Count} items for \"{recorded.Purpose}\" where {round.Items.Count} for "
            + $"\"{round.Purpose}\" are decided.",
        _ => $"Round {recorded.Round}, \"{recorded.Purpose}\", was proposed where the search is decided to end.",
    };

    private static string? Compare(WinnerSelected recorded, SearchStep decided) => decided switch
    {
        SearchFinished { Selection: var selection } when Same(selection, recorded) => null,
        SearchFinished { Selection: var selection } =>
            $"The winner is plan {recorded.Plan.Digest[..12]} ({recorded.Kind}) where {selection.Plan.Digest[..12]} ({selection.Kind}) is "
            + "decided.",
        _ => "A winner was selected where another round is decided.",
    };

    // Another version may word sentences differently, and an earlier one had no kind for what is unclear.
    private static bool Same(WinnerSelected x, WinnerSelected y) =>
        x.Plan.Equals(y.Plan) && x.Feasible == y.Feasible && (x.Kind == y.Kind || x.Kind == WinnerKind.Unclear);

    private static string? Compare(JobState state, StepCompleted recorded)
    {
        var step = PostSearchSteps.Of(recorded.Sequence)!;
        var decided = step.Judge(state, recorded.Item, recorded.Result);
        var isSame = decided.Next == recorded.Next
            && (decided.Winner, recorded.Winner) switch
            {
                (null, null) => true,
                ({ } x, { } y) => Same(x, y),
                _ => false,
            };
        return isSame ? null
            : $"The result of \"{recorded.Item.Title}\" "
                + $"{(recorded.Winner is null ? "left the winner as it was" : "took the winner's place")} where it is decided "
                + $"that it {(decided.Winner is null ? "leaves it" : "takes it")}.";
    }
}
