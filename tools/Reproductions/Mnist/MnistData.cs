using Cluster.Networks;
using Cluster.Networks.Preprocessing;

namespace Cluster.Reproductions.Mnist;

/// <summary>The four files of MNIST, as they are published, gzipped or not.</summary>
/// <param name="Training">Data spec of the 60,000 images.</param>
/// <param name="Test">Data spec of the 10,000.</param>
public sealed record MnistData(string Training, string Test)
{
    /// <summary>The preprocessing of the text: the training images' mean and deviation, of bytes.</summary>
    public static Preprocess Preprocess { get; } = new(PixelColor.Gray, 1, [0.1307f * 255], [0.3081f * 255]);

    /// <exception cref="KernelException">The folder lacks a file.</exception>
    public static MnistData In(string folder) =>
        Images(folder, "train") is { } training && Images(folder, "t10k") is { } test
            ? new MnistData($"idx:{training}", $"idx:{test}")
            : throw new KernelException(
                $"The folder '{folder}' has no {Images("train")} (or .gz of it) with the other three files of MNIST; give a folder with "
                + "all four.");

    private static string? Images(string folder, string set)
    {
        string plain = Path.Combine(folder, Images(set));
        string packed = plain + ".gz";
        return File.Exists(plain) ? plain : File.Exists(packed) ? packed : null;
    }

    private static string Images(string set) => $"{set}-images-idx3-ubyte";
}
