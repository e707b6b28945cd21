namespace Cluster.Coordinator.Journal;

/// <summary>The strategy decided on a round of work.</summary>
/// <param name="Round">Its number, from 0.</param>
/// <param name="After">It was made knowing exactly the results of the items before this sequence number.</param>
/// <param name="Purpose">What it is for, in a few words.</param>
/// <param name="Items">The work, in order.</param>
public sealed record RoundProposed(int Round, int After, string Purpose, IReadOnlyList<ProposedItem> Items) : JournalEvent;
