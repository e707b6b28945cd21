namespace Cluster.Kernels.Data;

/// <summary>The JPEG decoder that folders are read with unless another is given.</summary>
internal static class JpegDefault
{
    public static (int Width, int Height, byte[] Rgb) Decode(ReadOnlyMemory<byte> file, string name) =>
        throw new KernelException($"The JPEG file '{name}' ({file.Length} bytes) cannot be decoded because the native library is not there; build it, or use an idx or cifar10 data set.");
}
