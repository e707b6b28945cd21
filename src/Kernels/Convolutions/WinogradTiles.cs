namespace Cluster.Kernels.Convolutions;

/// <summary>The tiles of images that Winograd's filtering computes together, numbered image by image, row by row.</summary>
/// <param name="Edge">Outputs of a tile along an axis.</param>
internal readonly record struct WinogradTiles(int Edge, int Height, int Width)
{
    /// <summary>
    /// Padding floats between two points of a buffer: without it, power-of-two sizes put all points of a tile into one cache set.
    /// </summary>
    public const int Skew = 16;

    /// <summary>Tiles in a row.</summary>
    public int Across => (Width + Edge - 1) / Edge;

    /// <summary>Tiles in a column.</summary>
    public int Down => (Height + Edge - 1) / Edge;

    /// <summary>Tiles of an image.</summary>
    public int Count => Across * Down;

    /// <summary>Neighbouring tiles of one row starting at <paramref name="tile"/>, at most <paramref name="atMost"/>.</summary>
    public Row RowFrom(int tile, int atMost)
    {
        int row = tile / Across;
        int column = tile - (row * Across);
        int image = row / Down;
        return new Row(image, (row - (image * Down)) * Edge, column * Edge, Math.Min(atMost, Across - column));
    }

    /// <summary>Neighbouring tiles of one row; top and left are those of the first tile's first output.</summary>
    public readonly record struct Row(long Image, int Top, int Left, int Count);
}
