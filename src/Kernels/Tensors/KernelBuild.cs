using System.Security.Cryptography;

namespace Cluster.Kernels.Tensors;

/// <summary>Which build of the kernels this process computes with.</summary>
public static class KernelBuild
{
    private static readonly Lazy<byte[]> Known = new(() => Of(NativeLoader.Path));

    /// <summary>SHA-256 over the identity of this assembly's code and the native library's bytes.</summary>
    public static ReadOnlySpan<byte> Digest => Known.Value;

    internal static byte[] Of(string? library)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // The compiler derives it from the code, so builds of the same code have the same.
        hash.AppendData(typeof(KernelBuild).Module.ModuleVersionId.ToByteArray());
        if (library is not null)
        {
            hash.AppendData(File.ReadAllBytes(library));
        }

        return hash.GetHashAndReset();
    }
}
