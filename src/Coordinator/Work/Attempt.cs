namespace Cluster.Coordinator.Work;

/// <summary>One attempt at an item, as its evaluator sees it.</summary>
/// <param name="Sequence">The item's number in its job.</param>
/// <param name="Number">The attempt's number for this item, from 1.</param>
/// <param name="Alone">Whether nothing else may run on the same host: the item is suspected of ending hosts.</param>
/// <param name="Started">To be awaited once a host is chosen, with its name and slot, before any work is done there: it
/// makes the attempt known durably.</param>
/// <param name="Node">Where the attempt already runs, when a coordinator takes its job up again; otherwise
/// null.</param>
public sealed record Attempt(int Sequence, int Number, bool Alone, Func<string, string, Task> Started, string? Node = null)
{
    /// <summary>
    /// Makes the next attempt at the same item, to be begun beside this one where this one takes long; null where there is to be none. The
    /// item's end is that of whichever ends first, and a failure is told of the one that was begun last.
    /// </summary>
    public Func<Attempt>? Second { get; init; }

    /// <summary>
    /// The node, the slot and the number of an earlier attempt whose end was not recorded, as its coordinator was lost: it may have
    /// ended well.
    /// </summary>
    public (string Node, string Slot, int Number)? Earlier { get; init; }

    /// <summary>An attempt outside any job, which no journal records.</summary>
    public static Attempt Unrecorded { get; } = new(0, 1, Alone: false, static (_, _) => Task.CompletedTask);
}
