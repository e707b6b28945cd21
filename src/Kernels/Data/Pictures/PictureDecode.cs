namespace Cluster.Kernels.Data.Pictures;

/// <summary>
/// Decodes one picture file to 8 bit, interleaved, row-major: (H, W, 3) in RGB, or (H, W, 1) for a grey one;
/// <paramref name="name"/> is for error messages.
/// </summary>
internal delegate (int Width, int Height, byte[] Pixels) PictureDecode(ReadOnlyMemory<byte> file, string name);
