namespace Cluster.Data.Pictures;

/// <summary>Where a picture lies in what resizing, cropping or padding makes of it.</summary>
/// <param name="SourceWidth">Of the picture.</param>
/// <param name="SourceHeight">Of the picture.</param>
/// <param name="Width">After resizing.</param>
/// <param name="Height">After resizing.</param>
/// <param name="Left">Of the resized picture in the result; below 0 where it is cropped.</param>
/// <param name="Top">Likewise.</param>
/// <param name="WholeWidth">Of the result.</param>
/// <param name="WholeHeight">Of the result.</param>
internal readonly record struct PicturePlace(
    int SourceWidth, int SourceHeight, int Width, int Height, int Left, int Top, int WholeWidth, int WholeHeight)
{
    /// <summary>A place along the picture's lines, in the result.</summary>
    public float X(float x) => (x * Width / SourceWidth) + Left;

    /// <summary>A place along its columns, in the result.</summary>
    public float Y(float y) => (y * Height / SourceHeight) + Top;

    /// <summary>One byte for each pixel of the result: that of the nearest pixel, or a fill around the picture.</summary>
    /// <param name="pixels">(height, width) of the picture.</param>
    public byte[] Nearest(byte[] pixels, byte fill)
    {
        byte[] result = new byte[WholeWidth * WholeHeight];
        for (int y = 0; y < WholeHeight; y++)
        {
            for (int x = 0; x < WholeWidth; x++)
            {
                var (inX, inY) = (x - Left, y - Top);
                result[(y * WholeWidth) + x] = inX < 0 || inX >= Width || inY < 0 || inY >= Height
                    ? fill
                    : pixels[(Scaled(inY, SourceHeight, Height) * SourceWidth) + Scaled(inX, SourceWidth, Width)];
            }
        }

        return result;
    }

    // The pixel under the middle of another, as in Pillow.
    internal static int Scaled(int at, int source, int target) => (int)(((2L * at) + 1) * source / (2L * target));
}
