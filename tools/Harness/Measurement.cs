namespace Cluster.Harness;

/// <summary>A measurement of an item, as the silo that made it told.</summary>
/// <param name="Silo">The silo's number.</param>
/// <param name="Node">The id of its process.</param>
/// <param name="Sequence">The item's number, or one made of its id where it began before it was asked for.</param>
/// <param name="Attempt">The attempt's number.</param>
/// <param name="Item">The item's id: equal items have equal ids, whatever their numbers.</param>
/// <param name="Began">When it began.</param>
/// <param name="Ended">When it ended with a result, by which time its node had it; null where it did not.</param>
internal sealed record Measurement(
    int Silo, string Node, int Sequence, int Attempt, string Item, DateTimeOffset Began, DateTimeOffset? Ended = null)
{
    // Steps after the search have negative numbers too, small ones.
    private const int LastStep = -1000;

    /// <summary>Whether it began before it was asked for.</summary>
    public bool IsSpeculative => Sequence < LastStep;
}
