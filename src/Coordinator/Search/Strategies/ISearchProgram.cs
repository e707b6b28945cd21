using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// A search as a program that requests rounds. The caller puts the results of a round into the program's memory before it requests the next
/// one.
/// </summary>
internal interface ISearchProgram
{
    /// <summary>The winner; null until the rounds have ended, or the winner's test is proposed.</summary>
    WinnerSelected? Selection { get; }

    /// <summary>Items that may follow the current round if the search goes on as long as it can.</summary>
    int Most { get; }

    /// <summary>The rounds of the search. Enumerated once.</summary>
    IEnumerable<ProposedRound> Run();

    /// <summary>
    /// The rounds after a stop of the search: the missing results that every answer needs. Enumerated once, instead of the rest of
    /// <see cref="Run"/>.
    /// </summary>
    IEnumerable<ProposedRound> Finish();
}
