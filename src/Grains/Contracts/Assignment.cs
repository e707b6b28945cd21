namespace Cluster.Grains.Contracts;

/// <summary>One attempt at a piece of work, given to a node.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Sequence">The item's number.</param>
/// <param name="Attempt">The attempt's number.</param>
/// <param name="Grant">The slot that it was given.</param>
/// <param name="Unprepared">
/// The job itself, a <see cref="Coordinator.Model.JobEntry"/>, if its files are to be read; else the store has it.
/// </param>
[GenerateSerializer]
[Alias("cluster.assignment")]
public sealed record Assignment(
    [property: Id(0)] string Job,
    [property: Id(1)] int Sequence,
    [property: Id(2)] int Attempt,
    [property: Id(3)] SlotGrant Grant,
    [property: Id(4)] Carried? Unprepared = null)
{
    /// <summary>Its key on its node.</summary>
    public string Key => KeyOf(Grant.Node, Job, Sequence, Attempt);

    /// <summary>The key of any attempt.</summary>
    public static string KeyOf(string node, string job, int sequence, int attempt) => NodeKey.Of(node, $"{job}/{sequence}/{attempt}");
}
