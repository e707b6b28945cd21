namespace Cluster.Coordinator.Ports;

/// <summary>An artefact of a store.</summary>
/// <param name="Sha256">Its digest in lower-case hexadecimal.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="StoredAt">When it was stored, or last counted as new.</param>
public sealed record StoredArtefact(string Sha256, long SizeBytes, DateTimeOffset StoredAt)
{
    private const int DigestLength = 64;

    /// <summary>Whether a text is a digest in the form of artefact names, so that it cannot be a path to another file.</summary>
    public static bool IsDigest(string text) => text.Length == DigestLength && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Returns a digest that is one.</summary>
    /// <exception cref="JobException">It is not 64 lower-case hexadecimal digits, so it could name another file.</exception>
    public static string RequireDigest(string sha256) => IsDigest(sha256) ? sha256 : throw new JobException(
        $"\"{sha256}\" is not a SHA-256 in 64 lower-case hexadecimal digits: give the digest of an artefact.");
}
