using Cluster.Data.Arrays;
using Cluster.DataSpecs;

namespace Cluster.Mutations;

/// <summary>NumPy's files.</summary>
internal static class ArrayKinds
{
    private const int Samples = 5;

    private static readonly ValueInfo[] Inputs =
        [new("x", ElementType.Float, [-1, 3, 2]), new("ids", ElementType.Int64, [-1, 4])];

    /// <summary>Archives, arrays in good archives, and single arrays, read to the last element.</summary>
    public static MutationKind Npz()
    {
        byte[] x = Npy(TensorData.FromFloats([Samples, 3, 2], new float[Samples * 6]));
        byte[] ids = Npy(TensorData.FromInt64([Samples, 4], new long[Samples * 4]));
        byte[] labels = Npy(TensorData.FromInt64([Samples], [0, 1, 2, 1, 0]));
        return new(
            "npz",
            [
                new("stored.npz", Archive(x, ids, labels, CompressionLevel.NoCompression)),
                new("packed.npz", Archive(x, ids, labels, CompressionLevel.Optimal)),
                new("array.npz", x, damaged => Archive(damaged, ids, labels, CompressionLevel.NoCompression)),
                new("labels.npz", labels, damaged => Archive(x, ids, damaged, CompressionLevel.Optimal)),
                new("single.npy", x),
            ],
            static (folder, sample) =>
            {
                bool isSingle = sample.Name.EndsWith(".npy", StringComparison.Ordinal);
                string spec = $"{(isSingle ? "npy" : "npz")}:{Path.Combine(folder, sample.Name)}";
                var set = DataSource.OpenSamples(spec).For(isSingle ? Inputs[..1] : Inputs, null);
                set.Read(0, set.Count, null);
            });
    }

    private static byte[] Npy(TensorData array)
    {
        using var stream = new MemoryStream();
        NpzWriter.Write(stream, array);
        return stream.ToArray();
    }

    private static byte[] Archive(byte[] x, byte[] ids, byte[] labels, CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in new[] { ("x", x), ("ids", ids), ("labels", labels) })
            {
                using var entry = archive.CreateEntry($"{name}.npy", level).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
