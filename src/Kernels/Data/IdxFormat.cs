namespace Cluster.Kernels.Data;

/// <summary>
/// The IDX format: bytes 0, 0, element type, number of dimensions, then each dimension as a big-endian int32, then the elements in
/// row-major order (format description on the MNIST database's page). Only uint8 is used here.
/// </summary>
internal static class IdxFormat
{
    public const byte UInt8 = 0x08;

    // (N)
    public const int LabelDimensions = 1;

    // (N, H, W)
    public const int GrayDimensions = 3;

    // (N, C, H, W): not used by MNIST, but the natural IDX form of colour images.
    public const int PlanarDimensions = 4;

    public static int HeaderBytes(int dimensions) => 4 + (4 * dimensions);
}
