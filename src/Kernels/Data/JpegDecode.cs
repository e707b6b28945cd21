namespace Cluster.Kernels.Data;

/// <summary>
/// Decodes one JPEG file to RGB, 8 bit, interleaved, row-major (H x W x 3); <paramref name="name"/> is for error
/// messages.
/// </summary>
internal delegate (int Width, int Height, byte[] Rgb) JpegDecode(ReadOnlyMemory<byte> file, string name);
