using System.Buffers.Binary;
using Cluster.Coordinator.Work;

namespace Cluster.Grains.Jobs;

/// <summary>
/// What an attempt is called that begins before its item is asked for. By the item itself, as there is no number yet: another coordinator
/// of the job must not take it for something else, and finds it once it knows that it was asked for.
/// </summary>
/// <param name="Sequence">In the place of the item's number; negative, as no item's is.</param>
/// <param name="Attempt">In the place of the attempt's number; not negative.</param>
internal readonly record struct AheadNumber(int Sequence, int Attempt)
{
    // Steps after the search and publishing have the first negative numbers.
    private const int Least = -1_000_000;

    /// <summary>Whether an attempt of this number began before its item was asked for.</summary>
    public static bool IsAhead(int sequence) => sequence < Least;

    public static AheadNumber Of(WorkItem item)
    {
        var id = Convert.FromHexString(item.Id.AsSpan(0, 16));
        return new AheadNumber(
            BinaryPrimitives.ReadInt32BigEndian(id) | int.MinValue,
            BinaryPrimitives.ReadInt32BigEndian(id.AsSpan(sizeof(int))) & int.MaxValue);
    }
}
