using System.Buffers.Binary;

namespace Cluster.Kernels.Data.Pictures;

/// <summary>The IHDR chunk of a PNG file.</summary>
/// <param name="Depth">Bits of a sample.</param>
/// <param name="Colour">0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.</param>
internal sealed record PngHeader(int Width, int Height, int Depth, int Colour)
{
    private const int Bytes = 13;

    public bool IsGrey => Colour is 0 or 4;

    public bool IsPalette => Colour == 3;

    /// <summary>Samples of a pixel, alpha counted.</summary>
    public int Channels => Colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>Of a row without its filter's byte.</summary>
    public int RowBytes => (int)((((long)Width * Channels * Depth) + 7) / 8);

    /// <summary>Whole bytes of a pixel, at least 1: how far back filters look.</summary>
    public int PixelBytes => Math.Max(1, Channels * Depth / 8);

    /// <summary>Null for one that is damaged, interlaced or too large.</summary>
    public static PngHeader? Read(ReadOnlySpan<byte> chunk, int maximumSide)
    {
        if (chunk.Length != Bytes)
        {
            return null;
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        var (depth, colour, method, filter, interlaced) = (chunk[8], chunk[9], chunk[10], chunk[11], chunk[12]);
        bool isKnown = (colour, depth) is (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) or (2 or 4 or 6, 8 or 16);
        bool isSized = width >= 1 && height >= 1 && width <= maximumSide && height <= maximumSide;
        return isKnown && isSized && (method, filter, interlaced) == (0, 0, 0)
            ? new PngHeader((int)width, (int)height, depth, colour)
            : null;
    }

    /// <summary>A sample of a row in 0..255, whatever its depth.</summary>
    public byte Sample(ReadOnlySpan<byte> row, int sample) => Depth switch
    {
        16 => row[2 * sample],
        8 => row[sample],
        _ => (byte)(Index(row, sample) * byte.MaxValue / ((1 << Depth) - 1)),
    };

    /// <summary>A sample of at most eight bits as it is.</summary>
    public int Index(ReadOnlySpan<byte> row, int sample)
    {
        int bit = sample * Depth;
        return (row[bit / 8] >> (8 - Depth - (bit % 8))) & ((1 << Depth) - 1);
    }
}
