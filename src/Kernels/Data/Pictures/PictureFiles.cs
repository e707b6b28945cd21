using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Data.Pictures;

/// <summary>The decoders that folders are read with unless another is given; a file's first bytes choose.</summary>
internal static class PictureFiles
{
    public static (int Width, int Height, byte[] Pixels) Decode(ReadOnlyMemory<byte> file, string name) =>
        PngDecoder.Is(file.Span) ? PngDecoder.Decode(file.Span, name) : JpegDecoder.Decode(file.Span, name);
}
