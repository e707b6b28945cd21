using System.Security.Cryptography;

namespace Cluster.Kernels.Graphs;

/// <summary>The SHA-256 that names a model file, as 64 lower-case hexadecimal digits.</summary>
public static class ModelDigest
{
    /// <summary>The digest of a file's bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
