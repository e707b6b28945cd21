namespace Cluster.Coordinator.Work;

/// <summary>One attempt at an item, as its evaluator sees it.</summary>
/// <param name="Sequence">The item's number in its job.</param>
/// <param name="Number">The attempt's number for this item, from 1.</param>
/// <param name="Alone">Whether nothing else may run on the same host: the item is suspected of crashing hosts.</param>
/// <param name="Started">To be awaited once a host is chosen, before any work is done there: it durably records the attempt.</param>
/// <param name="Node">Where the attempt already runs, if a coordinator resumes its job; otherwise null.</param>
/// <param name="Grant">The grant of its slot there; null if the host needs none.</param>
public sealed record Attempt(
    int Sequence, int Number, bool Alone, AttemptStarting Started, string? Node = null, string? Grant = null)
{
    /// <summary>
    /// Makes the next attempt at the same item, to be started in parallel if this one takes long; null if there is to be none. The item's
    /// result is that of the first to end, and a failure is reported of the last one started.
    /// </summary>
    public Func<Attempt>? Second { get; init; }

    /// <summary>
    /// The node, the slot and its grant of an earlier attempt whose end was not recorded, because its coordinator was lost: it may have
    /// succeeded.
    /// </summary>
    public (string Node, string Slot, string? Grant)? Earlier { get; init; }

    /// <summary>An attempt outside any job, which no journal records.</summary>
    public static Attempt Unrecorded { get; } = new(0, 1, Alone: false, static (_, _, _) => Task.CompletedTask);
}

/// <summary>Durably records that an attempt is about to start.</summary>
/// <param name="node">The host.</param>
/// <param name="slot">The device slot there.</param>
/// <param name="grant">The grant of the slot; null if the host needs none.</param>
public delegate Task AttemptStarting(string node, string slot, string? grant = null);
