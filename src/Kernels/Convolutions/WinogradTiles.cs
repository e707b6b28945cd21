namespace Cluster.Kernels.Convolutions;

/// <summary>The tiles of images that Winograd's filtering computes together, numbered image by image, row by row.</summary>
/// <param name="Edge">Outputs of a tile along an axis.</param>
internal readonly record struct WinogradTiles(int Edge, int Height, int Width)
{
    /// <summary>
    /// Floats between two points of a buffer: without them, powers of two put all points of a tile into one set of the cache.
    /// </summary>
    public const int Skew = 16;

    /// <summary>In a row.</summary>
    public int Across => (Width + Edge - 1) / Edge;

    /// <summary>In a column.</summary>
    public int Down => (Height + Edge - 1) / Edge;

    /// <summary>Of an image.</summary>
    public int Count => Across * Down;

    /// <summary>The tiles from one on, at most so many, that stand beside each other.</summary>
    public Row RowFrom(int tile, int atMost)
    {
        int row = tile / Across;
        int column = tile - (row * Across);
        int image = row / Down;
        return new Row(image, (row - (image * Down)) * Edge, column * Edge, Math.Min(atMost, Across - column));
    }

    /// <summary>Tiles beside each other; top and left are those of the first one's first output.</summary>
    public readonly record struct Row(long Image, int Top, int Left, int Count);
}
