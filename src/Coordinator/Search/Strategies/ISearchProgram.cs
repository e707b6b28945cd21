using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// A search as a program that asks for rounds. The caller puts the results of a round into the program's memory before it asks for the
/// next one.
/// </summary>
internal interface ISearchProgram
{
    /// <summary>The winner; null until <see cref="Run"/> has ended, or has proposed the winner's test.</summary>
    WinnerSelected? Selection { get; }

    /// <summary>The rounds of the search. Enumerated once.</summary>
    IEnumerable<ProposedRound> Run();
}
