namespace Cluster.Silo.Api.Paging;

/// <summary>
/// The key that signs page tokens. All silos of a cluster share it, because one issues a token and another reads it.
/// </summary>
internal static class PageTokenKey
{
    private const int Length = 32;

    /// <summary>Derived from a text that all silos are configured with, such as the connection to their database.</summary>
    public static byte[] FromSecret(string secret) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), Length, info: "cluster page tokens"u8.ToArray());

    /// <summary>Read from a file, created by the first silo that needs it and readable by its owner only.</summary>
    public static byte[] FromFile(string path)
    {
        if (!File.Exists(path))
        {
            AtomicFile.CreatePrivate(path, RandomNumberGenerator.GetBytes(Length));
        }

        var key = File.ReadAllBytes(path);
        return key.Length == Length ? key : throw new InvalidDataException(
            $"{path} has {key.Length} bytes where {Length} are expected: delete it, and a new key is made.");
    }
}
