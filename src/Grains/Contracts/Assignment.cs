namespace Cluster.Grains.Contracts;

/// <summary>One attempt at a piece of work, given to a node.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Item">The item's id.</param>
/// <param name="Grant">The slot that it was given.</param>
/// <param name="Sequence">The item's number in its job; null if it was begun before it was requested.</param>
/// <param name="Attempt">The attempt's number.</param>
/// <param name="Unprepared">
/// The job itself, a <see cref="Coordinator.Model.JobEntry"/>, if its files are to be read; else the store has it.
/// </param>
[GenerateSerializer]
[Immutable]
[Alias("cluster.assignment")]
public sealed record Assignment(
    [property: Id(0)] string Job,
    [property: Id(1)] string Item,
    [property: Id(2)] SlotGrant Grant,
    [property: Id(3)] int? Sequence = null,
    [property: Id(4)] int Attempt = 1,
    [property: Id(5)] Carried? Unprepared = null)
{
    // Enough of the item's digest for people: the grant is unique.
    private const int Shown = 12;

    /// <summary>The key of its candidate grain.</summary>
    public string Key => KeyOf(Grant.Node, Job, Item, Grant.Id);

    /// <summary>The key of any attempt, also where it has no number yet.</summary>
    public static string KeyOf(string node, string job, string item, string? grant) =>
        NodeKey.Of(node, $"{job}/{item[..Shown]}/{grant}");
}
