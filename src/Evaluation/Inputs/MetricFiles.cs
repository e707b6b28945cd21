namespace Cluster.Evaluation.Inputs;

/// <summary>The files of a command that judges predictions, as far as they can be detected.</summary>
internal static class MetricFiles
{
    private static readonly HashSet<string> Scripts = new(StringComparer.Ordinal)
    {
        ".py", ".sh", ".js", ".mjs", ".rb", ".pl", ".R", ".r", ".jl", ".lua", ".m",
    };

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

    /// <summary>Checks that a script that a plain command names is there, before any work.</summary>
    /// <param name="command">As typed; null: none. One with the shell's own signs is left to the shell.</param>
    /// <exception cref="JobException">It is not.</exception>
    public static void Require(string? command)
    {
        if (command is null || command.AsSpan().IndexOfAny(";&|<>$`(){}*?~\\'\"") >= 0)
        {
            return;
        }

        string? missing = command.Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(word => Scripts.Contains(Path.GetExtension(word)) && !File.Exists(word));
        if (missing is not null)
        {
            throw new JobException(
                $"{JobLimits.MetricCommand.Name} names {missing}, which is not in {Environment.CurrentDirectory}: correct its path.")
            {
                FailsOn = JobFault.Missing,
            };
        }
    }

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
