using System.Security.Cryptography;
using System.Text;

namespace Cluster.Silo.Api.Paging;

/// <summary>
/// The key that signs page tokens. All silos of a cluster share it, because one issues a token and another reads it.
/// </summary>
internal static class PageTokenKey
{
    private const int Length = 32;

    /// <summary>From a text that all silos are configured with, such as where their database is.</summary>
    public static byte[] FromSecret(string secret) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), Length, info: "cluster page tokens"u8.ToArray());

    /// <summary>From a file, created by the first silo that needs it and readable by its owner only.</summary>
    public static byte[] FromFile(string path)
    {
        if (!File.Exists(path))
        {
            var temporary = $"{path}.{Path.GetRandomFileName()}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(Length));
            }

            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another silo was first: use its key.
                File.Delete(temporary);
            }
        }

        var key = File.ReadAllBytes(path);
        return key.Length == Length ? key : throw new InvalidDataException(
            $"{path} has {key.Length} bytes where {Length} are expected: delete it, and a new key is made.");
    }
}
