namespace Cluster.Kernels.Data.Pictures;

/// <summary>The markers of a JPEG file (ITU-T T.81, annex B).</summary>
internal static class JpegFile
{
    private const byte MarkerStart = 0xFF;
    private const byte EndOfImage = 0xD9;

    /// <summary>Whether the picture is complete: Skia reports success for an incomplete progressive one.</summary>
    /// <param name="file">From the start-of-image marker on; what follows the picture's end is ignored.</param>
    public static bool HasEnd(ReadOnlySpan<byte> file)
    {
        for (var rest = file; rest.IndexOf(MarkerStart) is >= 0 and var at && at + 1 < rest.Length;)
        {
            rest = rest[(at + 1)..];
            switch (rest[0])
            {
                case EndOfImage:
                    return true;

                // Stand-alone markers (stuffed bytes, restarts and the start), and a fill byte, which may begin the next marker.
                case 0x00 or 0x01 or (>= 0xD0 and <= 0xD8) or MarkerStart:
                    break;

                // A thumbnail in a segment has its own end marker, so segments are skipped.
                default:
                    int length = rest.Length > 2 ? BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) : 0;
                    rest = rest[Math.Min(1 + length, rest.Length)..];
                    break;
            }
        }

        return false;
    }
}
