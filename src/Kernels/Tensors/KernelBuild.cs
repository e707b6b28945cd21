using Google.Protobuf;
using TorchSharp;

namespace Cluster.Kernels.Tensors;

/// <summary>Identifies the build of the kernels in this process.</summary>
public static class KernelBuild
{
    private static readonly byte[] Known = Find();

    /// <summary>SHA-256 over the identities of this assembly's code and of TorchSharp's, which determines the libtorch version.</summary>
    public static ReadOnlySpan<byte> Digest => Known;

    // Compilers derive identities from the code, so builds of the same code have the same one.
    private static byte[] Find() => SHA256.HashData(
    [
        .. typeof(KernelBuild).Module.ModuleVersionId.ToByteArray(),
        .. typeof(torch).Module.ModuleVersionId.ToByteArray(),
        .. Encoding.UTF8.GetBytes(torch.__version__),
    ]);
}
