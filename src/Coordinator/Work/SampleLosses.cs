using System.Buffers.Binary;

namespace Cluster.Coordinator.Work;

/// <summary>The losses of single samples in the form of a journal: one little-endian float32 per sample.</summary>
public static class SampleLosses
{
    /// <summary>Their bytes.</summary>
    public static byte[] Pack(ReadOnlySpan<float> losses)
    {
        var bytes = new byte[losses.Length * sizeof(float)];
        for (var i = 0; i < losses.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), losses[i]);
        }

        return bytes;
    }

    /// <summary>The number of losses.</summary>
    public static int Count(byte[] bytes) => bytes.Length / sizeof(float);

    /// <summary>The loss of one sample.</summary>
    public static float At(byte[] bytes, int index) => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(index * sizeof(float)));

    /// <summary>All of them.</summary>
    public static IEnumerable<double> Values(byte[] bytes) => Enumerable.Range(0, Count(bytes)).Select(i => (double)At(bytes, i));

    /// <summary>Their mean.</summary>
    public static double Mean(byte[] bytes) => Values(bytes).Average();
}
