using System.Buffers;

namespace Cluster.Evaluation.Inputs;

/// <summary>The files of a command that judges predictions, as far as they can be detected.</summary>
internal static class MetricFiles
{
    private static readonly HashSet<string> Scripts = new(StringComparer.Ordinal)
    {
        ".py", ".sh", ".js", ".mjs", ".rb", ".pl", ".R", ".r", ".jl", ".lua", ".m",
    };

    private static readonly SearchValues<char> ShellSigns = SearchValues.Create(";&|<>$`(){}*?~\\'\"");

    private static readonly char[] Separators = [' ', '\t', '\'', '"', '='];

    /// <summary>
    /// The identity of samples together with their judge: the arrays that it alone reads, the command, and the content of each file that
    /// one of its words names. Files that such a file reads or imports are not detected.
    /// </summary>
    /// <param name="digest">Digest of the samples.</param>
    /// <param name="others">The samples' arrays that it alone reads.</param>
    /// <param name="command">As typed.</param>
    /// <param name="isOwn">Whether its files are on this machine.</param>
    public static string Judged(string digest, IReadOnlyList<(string Name, TensorData Rows)> others, string command, bool isOwn = true)
    {
        string[] words = isOwn ? command.Split(Separators, StringSplitOptions.RemoveEmptyEntries) : [];
        string[] files = [.. words.Where(File.Exists).Select(Digest)];
        return others.Count == 0
            ? CanonicalJson.Digest(new { samples = digest, command, files })
            : CanonicalJson.Digest(new { samples = digest, others = others.Select(Digest), command, files });
    }

    private static string Digest((string Name, TensorData Rows) array)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{array.Name} {array.Rows.Type} {string.Join(',', array.Rows.Shape)}\n"));
        hash.AppendData(array.Rows.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Checks that a script that a plain command names is there, before any work.</summary>
    /// <param name="command">As typed; null: none. One with the shell's own signs is left to the shell.</param>
    /// <exception cref="JobException">It is not.</exception>
    public static void Require(string? command)
    {
        if (command is null || command.AsSpan().IndexOfAny(ShellSigns) >= 0)
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
