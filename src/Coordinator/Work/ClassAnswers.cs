using System.Buffers.Binary;

namespace Cluster.Coordinator.Work;

/// <summary>Classes that a network answers, in the form of a journal: a little-endian UInt16 each, as many for every image.</summary>
public static class ClassAnswers
{
    /// <summary>The most classes of a network whose answers can be packed.</summary>
    public const int MostClasses = ushort.MaxValue + 1;

    /// <summary>Their bytes.</summary>
    public static byte[] Pack(IReadOnlyList<int> classes)
    {
        var bytes = new byte[classes.Count * sizeof(ushort)];
        for (var i = 0; i < classes.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), checked((ushort)classes[i]));
        }

        return bytes;
    }

    /// <summary>The number of classes.</summary>
    public static int Count(byte[] bytes) => bytes.Length / sizeof(ushort);

    /// <summary>The classes of one image, largest output first.</summary>
    /// <param name="bytes">The packed classes.</param>
    /// <param name="place">The image's place among the packed ones.</param>
    /// <param name="ranks">Classes of an image.</param>
    public static IEnumerable<int> At(byte[] bytes, int place, int ranks) => Enumerable.Range(place * ranks, ranks)
        .Select(i => (int)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort))));
}
