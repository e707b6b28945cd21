namespace Cluster.Coordinator.Search;

/// <summary>A strategy's decision: a <see cref="ProposedRound"/> or an end, <see cref="SearchFinished"/>.</summary>
public abstract record SearchStep;

/// <summary>A round of work.</summary>
/// <param name="Purpose">Its purpose, in a few words.</param>
/// <param name="Items">The work; its size is the strategy's choice and never depends on the number of workers.</param>
/// <param name="EstimatedLater">How many items are likely to follow after this round.</param>
/// <param name="MostLater">How many may follow if the search goes on as long as it can; null: as many as are likely.</param>
public sealed record ProposedRound(string Purpose, IReadOnlyList<WorkItem> Items, int EstimatedLater, int? MostLater = null) : SearchStep
{
    /// <summary>How annealing stands where it proposes the round; null of other rounds.</summary>
    public AnnealingState? Annealing { get; init; }

    /// <summary>The event that makes it the next round of a job.</summary>
    public RoundProposed After(JobState state) => new(
        state.Rounds.Count,
        state.Results.Count,
        Purpose,
        [.. Items.Select((item, i) => new ProposedItem(state.Results.Count + i, item.Id, item))]);
}

/// <summary>The search has ended.</summary>
/// <param name="Selection">The winner and why it won.</param>
public sealed record SearchFinished(WinnerSelected Selection) : SearchStep;

/// <summary>How simulated annealing stands.</summary>
/// <param name="Temperature">In the unit of the energy.</param>
/// <param name="Acceptance">Share of the last moves that were accepted, 0 to 1, weighted towards the latest.</param>
public sealed record AnnealingState(double Temperature, double Acceptance);
