using Cluster.Data;
using Cluster.DataSpecs;

namespace Cluster.Glyphs;

/// <summary>The data of the sample, as the demo uses it and as its figures were measured.</summary>
public static class GlyphSample
{
    public const long Seed = 1;

    /// <summary>Batches that the network in <c>samples/</c> was trained with.</summary>
    public const int TrainingSteps = 3000;

    /// <summary>The file in <c>samples/</c>.</summary>
    public const string ModelName = "glyphs.onnx";

    /// <summary>Sets that are written to files, with their numbers of images.</summary>
    public static IReadOnlyDictionary<GlyphSet, int> Counts { get; } = new Dictionary<GlyphSet, int>
    {
        [GlyphSet.Calibration] = 512,
        [GlyphSet.Evaluation] = 3000,
        [GlyphSet.Test] = 3000,
    };

    /// <summary>Writes every set of <see cref="Counts"/> into the folder, which is made if need be.</summary>
    public static void Write(string folder, long seed)
    {
        var generator = new GlyphGenerator(seed);
        foreach (var (set, count) in Counts)
        {
            GlyphFiles.Write(folder, generator, set, count);
        }
    }

    /// <summary>Writes the same numbers of samples that are arrays, a file a set.</summary>
    public static void Write(string folder, IArraySamples samples)
    {
        foreach (var (set, count) in Counts)
        {
            ArrayFiles.Write(folder, samples, set, count);
        }
    }

    /// <summary>The data spec of a set that was written so.</summary>
    public static DataSpec Spec(string folder, IArraySamples samples, GlyphSet set) =>
        DataSource.Parse($"npz:{ArrayFiles.PathOf(folder, samples, set)}");

    /// <summary>The data spec of a set of images that was written into the folder.</summary>
    public static DataSpec Spec(string folder, GlyphSet set) => DataSource.Parse($"idx:{GlyphFiles.ImagesPath(folder, set)}");
}
