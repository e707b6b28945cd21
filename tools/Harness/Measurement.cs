namespace Cluster.Harness;

/// <summary>A measurement of an item, as the silo that made it told.</summary>
/// <param name="Silo">The silo's number.</param>
/// <param name="Node">The id of its process.</param>
/// <param name="Grant">The grant of its slot, by which the journal names the attempt.</param>
/// <param name="Item">The item's id: equal items have equal ids, whatever their numbers.</param>
/// <param name="Began">When it began.</param>
/// <param name="Ended">When it ended with a result, by which time its node had it; null where it did not.</param>
internal sealed record Measurement(
    int Silo, string Node, string Grant, string Item, DateTimeOffset Began, DateTimeOffset? Ended = null);
