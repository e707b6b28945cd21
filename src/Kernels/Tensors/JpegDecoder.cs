namespace Cluster.Kernels.Tensors;

/// <summary>
/// Decodes JPEG files with libjpeg-turbo, with its accurate inverse transform: the pixels are those of PIL and OpenCV.
/// </summary>
public static unsafe class JpegDecoder
{
    /// <summary>Larger pictures are refused before memory is taken for them.</summary>
    private const int MaximumSide = 1 << 14;

    /// <summary>Decodes one picture to RGB.</summary>
    /// <param name="nameForErrors">The file's name as the user knows it.</param>
    /// <returns>Rgb is (Height, Width, 3).</returns>
    public static (int Width, int Height, byte[] Rgb) Decode(ReadOnlySpan<byte> file, string nameForErrors)
    {
        int width;
        int height;
        fixed (byte* bytes = file)
        {
            Check(NativeMethods.ck_jpeg_size(bytes, file.Length, &width, &height), nameForErrors);
            if (width > MaximumSide || height > MaximumSide)
            {
                throw new KernelException(
                    $"{nameForErrors} is {width} x {height} pixels but at most {MaximumSide} x {MaximumSide} are read; scale it down.");
            }

            byte[] rgb = new byte[checked(3 * width * height)];
            fixed (byte* target = rgb)
            {
                Check(NativeMethods.ck_jpeg_decode_rgb(bytes, file.Length, target, width, height), nameForErrors);
            }

            return (width, height, rgb);
        }
    }

    private static void Check(int status, string name)
    {
        if (status != 0)
        {
            throw new KernelException($"{name} cannot be read as a JPEG picture: {NativeMethods.LastError()}");
        }
    }
}
