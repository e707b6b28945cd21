using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// A search as a program that asks for rounds. The caller puts the results of a round into the program's memory before it asks for the
/// next one.
/// </summary>
internal interface ISearchProgram
{
    /// <summary>The winner; null until the rounds have ended, or the winner's test is proposed.</summary>
    WinnerSelected? Selection { get; }

    /// <summary>Items that may follow the round at hand where the search has to go on as long as it can.</summary>
    int Most { get; }

    /// <summary>The rounds of the search. Enumerated once.</summary>
    IEnumerable<ProposedRound> Run();

    /// <summary>
    /// The rounds that follow where the search was stopped: what every answer needs and does not have yet. Enumerated once, in place of
    /// the rest of <see cref="Run"/>.
    /// </summary>
    IEnumerable<ProposedRound> Finish();
}
