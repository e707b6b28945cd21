using System.Security.Cryptography;
using Cluster.Plans;

namespace Cluster.Evaluation.Inputs;

/// <summary>What a command that judges predictions consists of, as far as it can be seen.</summary>
internal static class MetricFiles
{
    private static readonly char[] Separators = [' ', '\t', '\'', '"', '='];

    /// <summary>
    /// The identity of samples together with what judges them: the command, and the content of each file that a word of it names. What such
    /// a file reads or imports is not seen.
    /// </summary>
    /// <param name="samples">Digest of the samples.</param>
    /// <param name="command">As it was typed; null: the samples alone.</param>
    public static string Judged(string samples, string? command) => command is null ? samples : CanonicalJson.Digest(new
    {
        samples,
        command,
        files = command.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(File.Exists).Select(Digest).ToArray(),
    });

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
