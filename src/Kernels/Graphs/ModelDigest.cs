using System.Security.Cryptography;

namespace Cluster.Kernels.Graphs;

/// <summary>The SHA-256 that names a model file, as 64 lower-case hexadecimal digits.</summary>
public static class ModelDigest
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Reads the file once, without holding it in memory.</summary>
    /// <exception cref="KernelException">The file cannot be read.</exception>
    public static string OfFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KernelException($"The model '{path}' cannot be read ({failure.Message}); expected the path of an ONNX file.", failure);
        }
    }
}
