namespace Cluster.Evaluation.Inputs;

/// <summary>The files of a command that judges predictions, as far as they can be detected.</summary>
internal static class MetricFiles
{
    private static readonly char[] Separators = [' ', '\t', '\'', '"', '='];

    /// <summary>
    /// The identity of samples together with their judge: the command, and the content of each file that one of its words names. Files that
    /// such a file reads or imports are not detected.
    /// </summary>
    /// <param name="samples">Digest of the samples.</param>
    /// <param name="command">As typed; null: only the samples.</param>
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
