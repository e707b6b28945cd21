using Cluster.Coordinator.Model;
using Cluster.DataSpecs;
using Cluster.Kernels.Data;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Storage.Files;
using SplitMix64 = Cluster.Coordinator.Model.SplitMix64;

namespace Cluster.Glyphs;

/// <summary>
/// A network of ResNet-50's size and images for it, from a seed: for measuring speed and memory where no such network can be
/// downloaded. Its weights are random, so its classes mean nothing; how near a plan is to FP32 can be told all the same.
/// </summary>
public static class LargeSample
{
    /// <summary>Images of each of the two sets.</summary>
    public const int Images = 64;

    /// <summary>Width and height of ResNet-50's images.</summary>
    public const int UsualSize = 224;

    /// <summary>The least that five halvings leave something of.</summary>
    public const int LeastSize = 32;

    private const int Cells = 8;
    private const int Channels = 3;
    private const int NoisyLevels = 17;

    // Pixels of random pictures are uniform: this makes their mean 0 and their variance about 1.
    private static readonly Preprocess Scaling = new(PixelColor.Rgb, 1, [127.5, 127.5, 127.5], [64, 64, 64]);

    /// <summary>The network's file in a folder.</summary>
    public static string Model(string folder) => Path.Combine(folder, "resnet50.onnx");

    /// <summary>The file of a set's images, without labels.</summary>
    /// <param name="set">"calibration" or "evaluation".</param>
    public static string ImagesOf(string folder, string set) => Path.Combine(folder, $"resnet50-{set}-images-idx3-ubyte");

    /// <summary>
    /// Writes network, preprocessing and images into a folder, which is made if need be: the same bytes for the same seed.
    /// </summary>
    /// <param name="size">Width and height of the images, <see cref="LeastSize"/> or more.</param>
    public static void Write(string folder, long seed, int size)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Model(folder), OnnxWriter.Write(ResidualGraph.ToGraph(seed, size)));
        AtomicFile.Write(PreprocessPlace.Beside(Model(folder)), Scaling.ToJson());
        foreach (string set in new[] { "calibration", "evaluation" })
        {
            byte[] pixels = Pictures(SplitMix64.Derive(seed, $"resnet50/{set}"), size);
            IdxWriter.WriteImages(ImagesOf(folder, set), pixels, Channels, size, size, gzip: false);
        }
    }

    // Patches of colour with noise: neighbours are alike, as in photographs.
    private static byte[] Pictures(long seed, int size)
    {
        byte[] pixels = new byte[Images * Channels * size * size];
        Parallel.For(0, Images * Channels, plane =>
        {
            var random = new SplitMix64((ulong)SplitMix64.Derive(seed, $"plane {plane}"));
            byte[] cells = [.. Enumerable.Range(0, Cells * Cells).Select(_ => (byte)random.Below(byte.MaxValue + 2 - NoisyLevels))];
            var drawn = pixels.AsSpan(plane * size * size, size * size);
            for (int i = 0; i < drawn.Length; i++)
            {
                int cell = (i / size * Cells / size * Cells) + (i % size * Cells / size);
                drawn[i] = (byte)(cells[cell] + random.Below(NoisyLevels));
            }
        });
        return pixels;
    }
}
