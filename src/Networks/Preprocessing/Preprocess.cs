using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cluster.Networks.Preprocessing;

/// <summary>
/// Converts pixels to a network's input: x = (pixel * scale - mean) / std for each channel, pixel 0..255. Evaluated in binary64 in exactly
/// that order and rounded once to binary32, so that any language with IEEE doubles gets the same bits (NumPy: <c>((p * scale - mean) /
/// std).astype(float32)</c>; JavaScript: <c>Math.fround((p * scale - mean) / std)</c>). There are only 256 pixel values, so each channel is
/// a table. Pictures may be resized and cropped before, as bytes.
/// </summary>
public sealed class Preprocess
{
    private readonly float[][] _tables;

    /// <summary>Checks the numbers and builds the tables.</summary>
    /// <param name="mean">One number for each channel, in units of pixel * scale.</param>
    /// <param name="std">One positive number for each channel, in units of pixel * scale.</param>
    /// <param name="geometry">Resizing and cropping of pictures as they are read; null: none, they all have the input's size.</param>
    /// <exception cref="KernelException">A number is missing, superfluous, not finite, or not usable as a divisor.</exception>
    public Preprocess(
        PixelColor color,
        double scale,
        IReadOnlyList<double> mean,
        IReadOnlyList<double> std,
        PictureGeometry? geometry = null,
        PixelLayout layout = PixelLayout.Nchw)
    {
        Color = color;
        Layout = layout;
        Geometry = geometry;
        Scale = scale;
        Mean = [.. mean];
        Std = [.. std];
        if (mean.Count != Channels || std.Count != Channels)
        {
            throw new KernelException(
                $"Preprocessing for {Name(color)} has {mean.Count} means and {std.Count} stds; expected {Channels} of "
                + "each, one for each channel.");
        }

        if (!double.IsFinite(scale) || scale == 0)
        {
            throw new KernelException(
                $"Preprocessing has the scale {scale}; expected a finite number other than 0, e.g. 1 or 0.00392156862745098 (1/255).");
        }

        if (!mean.All(double.IsFinite) || !std.All(value => double.IsFinite(value) && value > 0))
        {
            throw new KernelException(
                $"Preprocessing has the mean [{string.Join(", ", mean)}] and the std [{string.Join(", ", std)}]; expected finite "
                + "means and finite stds above 0.");
        }

        _tables = [.. Enumerable.Range(0, Channels).Select(BuildTable)];
        Digest = ComputeDigest();
    }

    /// <summary>Which channels the network takes, in their order.</summary>
    public PixelColor Color { get; }

    /// <summary>The order of the network's axes.</summary>
    public PixelLayout Layout { get; }

    /// <summary>Resizing and cropping of pictures as they are read; null: none.</summary>
    public PictureGeometry? Geometry { get; }

    /// <summary>1 or 3.</summary>
    public int Channels => Color == PixelColor.Gray ? 1 : 3;

    /// <summary>Factor for each pixel.</summary>
    public double Scale { get; }

    /// <summary>One for each channel.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>One for each channel.</summary>
    public IReadOnlyList<double> Std { get; }

    /// <summary>
    /// SHA-256 (lower-case hexadecimal) of "cluster.preprocess/v1\nNCHW\nRGB\n" (or NHWC; GRAY, BGR) and the little-endian binary64 of
    /// scale, means and stds; if pictures are resized or cropped, "\nresize SIZE FILTER crop SIZE" follows, and with a letterbox
    /// "\nletterbox SIZE fill GREY".
    /// </summary>
    public string Digest { get; }

    /// <summary>Reads a <c>preprocess.json</c>.</summary>
    /// <exception cref="KernelException">The file is missing or has unknown or invalid content.</exception>
    public static Preprocess Load(string path) => PreprocessJson.Load(path);

    /// <summary>
    /// Reads the preprocessing of a model: <paramref name="explicitPath"/> if given, else the file that
    /// <see cref="PreprocessPlace.Beside"/> names.
    /// </summary>
    /// <exception cref="KernelException">There is none (the message says what to write), or it is not understood.</exception>
    public static Preprocess LoadFor(string modelPath, string? explicitPath = null) =>
        PreprocessJson.Load(explicitPath ?? PreprocessPlace.Beside(modelPath));

    /// <summary>The text of a <c>preprocess.json</c> that loads to the same preprocessing.</summary>
    public string ToJson() => PreprocessJson.Write(this);

    /// <summary>The 256 input values for the pixel values of a channel.</summary>
    public ReadOnlySpan<float> Table(int channel) => _tables[channel];

    /// <summary>
    /// Preprocesses one image, planar (C,H,W), to (C,H,W), or (H,W,C) by the layout; of three channels, the pixels' are R, G, B.
    /// </summary>
    public void Apply(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, pixels.Length, nameof(destination));
        int plane = pixels.Length / Channels;
        ArgumentOutOfRangeException.ThrowIfNotEqual(plane * Channels, pixels.Length, nameof(pixels));
        for (int channel = 0; channel < Channels; channel++)
        {
            // A span of constant length 256 lets the compiler drop the bounds check of a byte index.
            ReadOnlySpan<float> table = _tables[channel].AsSpan(0, 256);
            int read = Color == PixelColor.Bgr ? Channels - 1 - channel : channel;
            ReadOnlySpan<byte> from = pixels.Slice(read * plane, plane);
            if (Layout == PixelLayout.Nhwc)
            {
                for (int i = 0; i < from.Length; i++)
                {
                    destination[(i * Channels) + channel] = table[from[i]];
                }

                continue;
            }

            Span<float> to = destination.Slice(channel * plane, from.Length);
            for (int i = 0; i < from.Length; i++)
            {
                to[i] = table[from[i]];
            }
        }
    }

    internal static string Name(PixelColor color) => color.ToString().ToUpperInvariant();

    internal static string Name(PixelLayout layout) => layout.ToString().ToUpperInvariant();

    private float[] BuildTable(int channel)
    {
        float[] table = new float[256];
        for (int pixel = 0; pixel < table.Length; pixel++)
        {
            table[pixel] = (float)(((pixel * Scale) - Mean[channel]) / Std[channel]);
        }

        return table.All(float.IsFinite)
            ? table
            : throw new KernelException(
                $"Preprocessing with scale {Scale}, mean {Mean[channel]} and std {Std[channel]} goes beyond float32 for some "
                + "pixel; correct these numbers.");
    }

    private string ComputeDigest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"cluster.preprocess/v1\n{Name(Layout)}\n{Name(Color)}\n"));
        Span<byte> bytes = stackalloc byte[8];
        foreach (double number in Mean.Prepend(Scale).Concat(Std))
        {
            // Adding zero turns -0 into 0, which gives the same preprocessing.
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, number + 0.0);
            hash.AppendData(bytes);
        }

        if (Geometry is { } geometry)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
                $"\nresize {geometry.Shorter}{geometry.Exact} {geometry.Filter} crop {geometry.Crop}")));
            if (geometry.Letterbox is { } box)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"\nletterbox {box} fill {geometry.Fill}")));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>The order in which a network takes the axes of pictures: N samples, C channels, H height, W width.</summary>
public enum PixelLayout
{
    /// <summary>Channels first, as PyTorch has them.</summary>
    Nchw,

    /// <summary>Channels last, as TensorFlow has them.</summary>
    Nhwc,
}

/// <summary>Sizes of pictures in the order of a layout.</summary>
internal static class LayoutSizes
{
    /// <summary>The place of height among the axes of an input; width follows.</summary>
    public static int Height(this PixelLayout layout) => layout == PixelLayout.Nhwc ? 1 : 2;

    /// <summary>The place of channels.</summary>
    public static int Channels(this PixelLayout layout) => layout == PixelLayout.Nhwc ? 3 : 1;

    /// <summary>The axes of a sample.</summary>
    public static long[] Sample(this PixelLayout layout, long channels, long height, long width) =>
        layout == PixelLayout.Nhwc ? [height, width, channels] : [channels, height, width];
}

/// <summary>The colour model that a network takes.</summary>
public enum PixelColor
{
    /// <summary>One channel.</summary>
    Gray,

    /// <summary>Three channels: R, G, B.</summary>
    Rgb,

    /// <summary>Three channels: B, G, R; images are read as R, G, B.</summary>
    Bgr,
}
