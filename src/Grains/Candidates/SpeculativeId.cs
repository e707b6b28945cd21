using System.Buffers.Binary;

namespace Cluster.Grains.Candidates;

/// <summary>
/// The identifier of an attempt that starts speculatively. It is derived from the item itself, as there is no number yet: another
/// coordinator of the job cannot confuse it with other work, and finds it once the item is requested.
/// </summary>
/// <param name="Sequence">Replaces the item's number; negative, unlike any item's.</param>
/// <param name="Attempt">Replaces the attempt's number; not negative.</param>
internal readonly record struct SpeculativeId(int Sequence, int Attempt)
{
    // Steps after the search and publishing have the first negative numbers.
    private const int Least = -1_000_000;

    /// <summary>Whether an attempt with this number started speculatively.</summary>
    public static bool IsSpeculative(int sequence) => sequence < Least;

    public static SpeculativeId Of(WorkItem item)
    {
        var id = Convert.FromHexString(item.Id.AsSpan(0, 16));
        return new SpeculativeId(
            BinaryPrimitives.ReadInt32BigEndian(id) | int.MinValue,
            BinaryPrimitives.ReadInt32BigEndian(id.AsSpan(sizeof(int))) & int.MaxValue);
    }
}
