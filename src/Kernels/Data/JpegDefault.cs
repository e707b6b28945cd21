using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Data;

/// <summary>The JPEG decoder that folders are read with unless another is given.</summary>
internal static class JpegDefault
{
    public static (int Width, int Height, byte[] Rgb) Decode(ReadOnlyMemory<byte> file, string name) =>
        JpegDecoder.Decode(file.Span, name);
}
